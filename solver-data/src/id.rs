//! Ids that index tables; a name is looked up once, at the edge.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).expect("a table has fewer than 2^32 rows"))
            }
        }

        impl From<$name> for usize {
            fn from(id: $name) -> usize {
                id.0 as usize
            }
        }
    };
}

id!(
    /// An agent of the centre: row of `Centre::agents`.
    AgentId
);
id!(
    /// A skill: row of `Centre::skills`.
    SkillId
);
id!(
    /// A queue of contacts: row of `Centre::queues`.
    QueueId
);
id!(
    /// A skill level (tier); a higher row may do the work of a lower one.
    LevelId
);
id!(
    /// A contract: row of `Centre::contracts`.
    ContractId
);
id!(
    /// A shift template: row of `Centre::templates`.
    TemplateId
);
id!(
    /// An interval of a `PlanningGrid`, counted from its start.
    IntervalIndex
);

/// Rows indexed by their own id type, so that an agent's number never looks up a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<I, T> {
    rows: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Copy + From<usize> + Into<usize>, T> Table<I, T> {
    /// A table of `rows`; the first has id 0.
    pub fn new(rows: Vec<T>) -> Self {
        Self { rows, id: PhantomData }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in id order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// Every id with its row, in id order.
    pub fn entries(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(index, row)| (I::from(index), row))
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from)
    }

    /// The row of `id`, if the table has it.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.into())
    }

    /// The first id whose row satisfies `wanted`; used at the edge to look up a name.
    pub fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<I> {
        self.rows.iter().position(wanted).map(I::from)
    }
}

impl<I: Copy + Into<usize>, T> Index<I> for Table<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.rows[id.into()]
    }
}

impl<I: Copy + Into<usize>, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.into()]
    }
}

impl<'a, I, T> IntoIterator for &'a Table<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
