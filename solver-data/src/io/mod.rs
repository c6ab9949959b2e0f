//! Reading and writing files: the only place below the faces that touches one.
