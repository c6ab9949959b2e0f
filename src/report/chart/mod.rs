//! Charts as inline SVG: each takes plain numbers, draws with classes that the style sheet colours, and carries its
//! conclusion as a text alternative.
//!
//! Time runs from left to right in local civil time. Day panels are [`PANEL_WIDTH`] wide, so that three stand side by
//! side on a screen and one fills a telephone, with the same size of type.

mod axis;
mod band_line;
mod bridge;
mod canvas;
mod dot_interval;
mod frontier_line;
mod gantt;
mod headcount;
mod heat_map;
mod need_lines;
mod parts_bars;
mod scale;
mod stacked_bars;
mod step_area;
mod tornado;

pub use axis::{DayWindow, TimeAxis, value_axis};
pub use band_line::{BandLine, band_line};
pub use bridge::{BridgeBar, BridgeKind, bridge};
pub use canvas::{Canvas, tenth};
pub use dot_interval::{Dot, DotInterval, dot_interval};
pub use frontier_line::{FrontierDot, frontier_line};
pub use gantt::{GanttBar, gantt_row, time_header};
pub use headcount::{HeadcountMonth, headcount};
pub use heat_map::{HeatMap, heat_map};
pub use need_lines::{NeedLines, need_lines};
pub use parts_bars::{PartBar, PartKind, parts_bars};
pub use scale::Scale;
pub use stacked_bars::{Bar, StackedBars, stacked_bars};
pub use step_area::{StepArea, step_area};
pub use tornado::{TornadoRow, tornado};

/// Width of a chart that stands in a row of small multiples, in user units (CSS pixels at natural size).
pub const PANEL_WIDTH: f64 = 344.0;
/// Width of a chart of few marks, four in a row on a screen.
pub const SMALL: f64 = 252.0;
/// Width of a chart that takes the whole column on a wide screen.
pub const WIDE: f64 = 1068.0;
