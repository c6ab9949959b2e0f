//! A synthetic planned week in the size of a small bank: six queues, evening hours, a shortage on Sunday.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, Weekday};
use scenarios::{PlannedWeek, RefinementRound, Replay, SolveSummary};
use solver_data::accuracy::{ForecastAccuracy, Grain};
use solver_data::centre::CoveragePrices;
use solver_data::pay::{PayRules, shift_pay};
use solver_data::service_curve::CurvePoint;
use solver_data::{
    Agent, AgentId, Band, Break, BreakWindow, Calendar, Centre, Channel, ContactHistory, Contract, ContractId, CostLine,
    CostPlan, Currency, DemandForecast, DemandUncertainty, Estimate, IntervalRecord, LabourRules, Level, LevelId, Money,
    PlanningGrid, PooledRequirement, Queue, QueueForecast, QueueHistory, QueueId, QueuePerformance, QueueRequirement, QueueSet,
    Request, RequestKind, Roster, Seed, ServiceCurve, ServiceMeasures, ServicePerformance, ServiceTarget, Shift, ShiftTemplate,
    Shrinkage, ShrinkageAssumptions, SkillId, StaffingRequirement, StopReason, Table, TemplateId, Tour, ValidationReport,
    WeeklyHours,
};

use super::ReportMeta;

/// What varies between fixtures.
#[derive(Debug, Clone, Copy)]
pub struct Fixture {
    /// Agents of the centre.
    pub agents: usize,
    /// Days of the horizon.
    pub days: u32,
    /// Factor on volume; 0 for no demand.
    pub volume: f64,
    /// Whether the real contacts of the week are known.
    pub replay: bool,
    /// Whether the centre never closes and shifts pass midnight.
    pub overnight: bool,
}

impl Fixture {
    /// The week the report is judged by.
    pub const BANK: Self = Self { agents: 30, days: 7, volume: 1.0, replay: true, overnight: false };

    /// How the fixture was made.
    pub fn meta() -> ReportMeta {
        ReportMeta {
            version: "0.1.0".to_owned(),
            seed: 0,
            generated_for: "24–30 October 1999".to_owned(),
            inputs: ["centre.toml", "history.csv", "agents.csv", "calendar.csv"]
                .iter()
                .enumerate()
                .map(|(k, file)| ((*file).to_owned(), format!("{:016x}", Seed(k as u64).stream(9).0).repeat(4)))
                .collect(),
            stop: "gap 1 % or 2,000 iterations".to_owned(),
        }
    }

    /// The planned week.
    pub fn planned(self) -> PlannedWeek {
        let centre = self.centre();
        let start = NaiveDate::from_ymd_opt(1999, 10, 24).unwrap();
        let grid = Arc::new(PlanningGrid::new(start, self.days, 15, centre.zone).unwrap());
        let forecast = self.forecast(&centre, &grid);
        let requirement = requirement(&centre, &forecast, &grid);
        let roster = self.roster(&centre, &requirement, &grid);
        let performance = performance(&centre, &forecast, &requirement, &roster, 40);
        let actual = counts(&forecast, &grid, 0, 17);
        let history = counts(&forecast, &grid, 7, 23);
        let replay = self.replay.then(|| Replay { actual, performance: blurred(&performance) });
        let cost = cost(&centre, &roster);
        let total = cost.total().0;
        let round = |k: i64, share: f64| RefinementRound {
            required_hours: 350.0 + 9.0 * k as f64,
            scheduled_hours: 362.0 + 8.0 * k as f64,
            service_level: share,
            cost: total - 60_000 * (2 - k),
        };
        PlannedWeek {
            findings: ValidationReport::default(),
            history,
            accuracy: accuracy(),
            violations: Vec::new(),
            solve: SolveSummary {
                objective: total as f64 * 1.031,
                lower_bound: total as f64 * 1.031 * 0.988,
                gap: 0.012,
                stop_reason: StopReason::Gap,
                iterations: 1_240,
            },
            refinement: vec![round(0, 0.771), round(1, 0.806), round(2, performance.overall.horizon.service_level.mean)],
            shortfalls: if self.agents > 3 && self.volume > 0.0 {
                vec![
                    "NE answers 71.3 % in 20 s on Sunday 24 October, 80 % is wanted: 3 agents are missing from 10:00 to 12:00"
                        .to_owned(),
                ]
            } else {
                Vec::new()
            },
            centre,
            forecast,
            requirement,
            roster,
            performance,
            replay,
            cost,
        }
    }

    fn centre(self) -> Centre {
        let queues = [
            ("PS", "private, regular", 0, 0),
            ("PE", "private, English", 1, 0),
            ("NE", "stock exchange", 2, 1),
            ("NW", "new customers", 0, 0),
            ("IN", "internet support", 3, 1),
            ("TT", "technical", 3, 2),
        ]
        .map(|(name, title, skill, level)| Queue {
            name: name.to_owned(),
            title: title.to_owned(),
            channel: Channel::Voice,
            skill: SkillId(skill),
            lowest_level: LevelId(level),
            priority: 1,
            patience_seconds: Some(300.0),
            concurrency: 1,
            aht_seconds: None,
            target: ServiceTarget::share_within(0.8, 20.0),
            hours: None,
        });
        let agents = (0..self.agents).map(|k| Agent {
            code: format!("{}{:02}", ["J", "M", "S"][k % 3], k + 1),
            contract: ContractId((k % 4 == 3) as u32),
            level: LevelId((k % 3) as u32),
            skills: (0..4).filter(|&skill| skill == 0 || (k + skill as usize) % 3 != 0 || k % 3 == 2).map(SkillId).collect(),
            from: None,
            until: None,
            earliest_minute: None,
            latest_minute: None,
            days_worked_before: 0,
            rested_minutes_before: None,
        });
        let requests = (0..self.agents).filter(|k| k % 2 == 0).map(|k| Request {
            agent: AgentId(k as u32),
            date: NaiveDate::from_ymd_opt(1999, 10, 24 + (k % 7) as u32).unwrap(),
            kind: [RequestKind::DayOff, RequestKind::Early, RequestKind::Late][k % 3].clone(),
            weight: 3_000,
        });
        let level = |name: &str, hourly| Level { name: name.to_owned(), hourly: Money(hourly) };
        let contract = |name: &str, minimum, maximum, days, classes: &[&str]| Contract {
            name: name.to_owned(),
            minimum_weekly_minutes: minimum,
            maximum_weekly_minutes: maximum,
            maximum_days: days,
            classes: classes.iter().map(|&class| class.to_owned()).collect(),
        };
        Centre {
            name: "Bank by telephone".to_owned(),
            zone: "Asia/Jerusalem".parse().unwrap(),
            interval_minutes: 15,
            week_start: Weekday::Sun,
            currency: Currency { code: "ILS".to_owned(), minor_digits: 2 },
            hours: if self.overnight { WeeklyHours::always() } else { hours() },
            skills: Table::new(["service", "english", "exchange", "internet"].map(str::to_owned).to_vec()),
            levels: Table::new(vec![level("junior", 3_200), level("regular", 3_800), level("senior", 4_600)]),
            contracts: Table::new(vec![
                contract("full_time", 1_200, 2_400, 5, &["F8", "P5", "N8"]),
                contract("part_time", 600, 1_500, 5, &["P5"]),
            ]),
            templates: Table::<TemplateId, _>::new(self.templates()),
            rules: LabourRules::pack("israel").unwrap(),
            shrinkage: ShrinkageAssumptions {
                planned: Shrinkage::try_from(0.05).unwrap(),
                unplanned: Shrinkage::try_from(0.04).unwrap(),
            },
            coverage: CoveragePrices { understaffing_per_hour: Money(12_000), overstaffing_per_hour: Money(500) },
            pay: PayRules {
                night: (22 * 60, 6 * 60),
                night_premium: 0.5,
                weekend: [None, None, None, None, Some(16 * 60), Some(0), None],
                weekend_premium: 0.5,
                holiday_premium: 1.0,
                on_cost: 0.18,
            },
            queues: Table::new(queues.to_vec()),
            agents: Table::new(agents.collect()),
            time_off: Vec::new(),
            requests: requests.collect(),
            calendar: Calendar::default(),
        }
    }

    fn templates(self) -> Vec<ShiftTemplate> {
        let pause = |kind: &str, earliest, length, paid| BreakWindow {
            kind: kind.to_owned(),
            earliest_minute: earliest,
            latest_minute: earliest + 60,
            length_minutes: length,
            paid,
        };
        let mut templates = Vec::new();
        for start in [7, 8, 9, 10, 12, 14, 15, 16] {
            templates.push(ShiftTemplate {
                name: format!("F8@{start:02}:00"),
                class: "F8".to_owned(),
                start_minute: start * 60,
                length_minutes: 480,
                paid_minutes: 450,
                breaks: vec![pause("rest", 105, 15, true), pause("lunch", 210, 30, false), pause("rest", 360, 15, true)],
                weekdays: [true; 7],
            });
        }
        for start in [7, 9, 12, 17, 19] {
            templates.push(ShiftTemplate {
                name: format!("P5@{start:02}:00"),
                class: "P5".to_owned(),
                start_minute: start * 60,
                length_minutes: 300,
                paid_minutes: 300,
                breaks: vec![pause("rest", 135, 15, true)],
                weekdays: [true; 7],
            });
        }
        if self.overnight {
            templates.push(ShiftTemplate {
                name: "N8@22:00".to_owned(),
                class: "N8".to_owned(),
                start_minute: 22 * 60,
                length_minutes: 480,
                paid_minutes: 450,
                breaks: vec![pause("meal", 210, 30, false)],
                weekdays: [true; 7],
            });
        }
        templates
    }

    fn forecast(self, centre: &Centre, grid: &Arc<PlanningGrid>) -> DemandForecast {
        let shares = [0.62, 0.08, 0.12, 0.10, 0.06, 0.02];
        let queues = centre.queues.entries().map(|(id, queue)| {
            let open: Vec<bool> = (0..grid.len()).map(|t| is_open(centre, grid, id, t)).collect();
            let mean: Vec<f64> = (0..grid.len())
                .map(|t| if open[t] { self.volume * shares[id.0 as usize] * intensity(grid, t, id.0) } else { 0.0 })
                .collect();
            let band = |level: f64, z: f64| {
                let width = |mean: &f64| z * (1.3 * mean + (0.07 * mean).powi(2)).sqrt();
                Band {
                    level,
                    lo: mean.iter().map(|mean| (mean - width(mean)).max(0.0)).collect(),
                    hi: mean.iter().map(|mean| mean + width(mean)).collect(),
                }
            };
            QueueForecast {
                name: queue.name.clone(),
                bands: vec![band(0.80, 1.2816), band(0.95, 1.96)],
                aht_seconds: Some(vec![[190.0, 210.0, 270.0, 160.0, 380.0, 300.0][id.0 as usize]; grid.len()]),
                open,
                mean,
                model: "profile × day level, square-root scale".to_owned(),
                uncertainty: DemandUncertainty { day_level_sd: 0.07, overdispersion: 1.3 },
            }
        });
        DemandForecast { grid: Arc::clone(grid), queues: queues.collect() }
    }

    /// Greedy: the free agent and template that cover most of what is missing, until little is.
    fn roster(self, centre: &Centre, requirement: &StaffingRequirement, grid: &Arc<PlanningGrid>) -> Roster {
        let wanted = &requirement.pools.last().unwrap().scheduled;
        let mut there = vec![0_u32; grid.len()];
        let mut tours: BTreeMap<AgentId, Vec<Shift>> = BTreeMap::new();
        for day in 0..grid.days() {
            let date = grid.date(day);
            let limit = if day == 0 { self.agents * 68 / 100 } else { self.agents * 8 / 10 };
            let mut worked = 0;
            for k in 0..self.agents {
                let agent = AgentId(((k * 7 + day * 5) % self.agents) as u32);
                let shifts = tours.get(&agent).map_or(0, Vec::len);
                if shifts >= 5 || worked >= limit || (k + day) % 6 == 0 && self.agents > 6 {
                    continue;
                }
                let contract = &centre.contracts[centre.agents[agent].contract];
                let fits = centre.templates.iter().filter(|template| contract.classes.contains(&template.class));
                let shifts = fits.map(|template| dated(template, date, k));
                let rested = |shift: &Shift| {
                    let last = tours.get(&agent).and_then(|shifts| shifts.last()).map(|last| last.end + Duration::hours(8));
                    last.is_none_or(|free| free <= shift.start)
                };
                let gain = |shift: &Shift| {
                    let spans = shift.on_contact();
                    (grid.day_range(day).start..grid.len().min(grid.day_range(day).end + 24))
                        .filter(|&t| spans.iter().any(|span| span.0 <= grid.local(t) && grid.local(t + 1) <= span.1))
                        .map(|t| if there[t] < wanted[t] { 2 + (wanted[t] - there[t]).min(6) as i32 } else { -3 })
                        .sum::<i32>()
                };
                let best = shifts.filter(rested).map(|shift| (gain(&shift), shift)).max_by_key(|(gain, _)| *gain);
                let Some((_, shift)) = best.filter(|(gain, _)| *gain > 0) else { continue };
                let one = Roster { grid: Arc::clone(grid), tours: vec![Tour { agent, shifts: vec![shift.clone()] }] };
                there.iter_mut().zip(one.on_contact(|_| true)).for_each(|(sum, one)| *sum += one);
                tours.entry(agent).or_default().push(shift);
                worked += 1;
            }
        }
        let tours = tours.into_iter().map(|(agent, shifts)| Tour { agent, shifts });
        Roster { grid: Arc::clone(grid), tours: tours.collect() }
    }
}

fn hours() -> WeeklyHours {
    let mut hours = WeeklyHours { spans: std::array::from_fn(|_| vec![(7 * 60, 24 * 60)]) };
    hours.spans[Weekday::Fri.num_days_from_monday() as usize] = vec![(7 * 60, 14 * 60)];
    hours.spans[Weekday::Sat.num_days_from_monday() as usize] = vec![(19 * 60, 24 * 60)];
    hours
}

fn is_open(centre: &Centre, grid: &PlanningGrid, queue: QueueId, t: usize) -> bool {
    let local = grid.local(t);
    let minute = (local.time() - NaiveTime::MIN).num_minutes() as u32;
    centre.hours_of(queue).is_open(local.weekday(), minute, 15)
}

/// Contacts of all queues in a quarter: a morning peak, a smaller one in the evening.
fn intensity(grid: &PlanningGrid, t: usize, queue: u32) -> f64 {
    let local = grid.local(t);
    let hour = (local.time() - NaiveTime::MIN).num_minutes() as f64 / 60.0;
    let bump = |middle: f64, width: f64| (-((hour - middle) / width).powi(2)).exp();
    let weekday = [1.0, 0.93, 0.9, 0.96, 0.7, 0.45, 1.18][local.weekday().num_days_from_monday() as usize];
    let evening = if queue == 4 { 1.3 } else { 0.55 };
    weekday * (5.0 + 30.0 * bump(10.5, 2.6) + 24.0 * bump(14.5, 3.0) * 0.6 + 22.0 * evening * bump(20.0, 2.5))
}

/// A number in 0..1 that depends on nothing but its arguments.
fn noise(seed: u64, k: usize) -> f64 {
    (Seed(seed).stream(k as u64).0 >> 11) as f64 / (1_u64 << 53) as f64
}

fn dated(template: &ShiftTemplate, date: NaiveDate, k: usize) -> Shift {
    let start = date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(template.start_minute));
    let breaks = template.breaks.iter().enumerate().map(|(place, window)| {
        let late = i64::from((k + place) as u32 % 5 * 15);
        let from = start + Duration::minutes(i64::from(window.earliest_minute) + late);
        Break {
            kind: window.kind.clone(),
            start: from,
            end: from + Duration::minutes(i64::from(window.length_minutes)),
            paid: window.paid,
        }
    });
    Shift {
        date,
        template: template.name.clone(),
        start,
        end: start + Duration::minutes(i64::from(template.length_minutes)),
        breaks: breaks.collect(),
        paid_minutes: template.paid_minutes,
    }
}

fn requirement(centre: &Centre, forecast: &DemandForecast, grid: &Arc<PlanningGrid>) -> StaffingRequirement {
    let availability = centre.shrinkage.availability();
    let load = |queue: usize, t: usize| {
        let forecast = &forecast.queues[queue];
        forecast.mean[t] * forecast.aht_seconds.as_ref().unwrap()[t] / grid.interval_seconds()
    };
    let staffed = |a: f64| if a > 0.0 { a + 0.9 * a.sqrt() } else { 0.0 };
    let queues = (0..forecast.queues.len()).map(|queue| {
        let offered_load: Vec<f64> = (0..grid.len()).map(|t| load(queue, t)).collect();
        let fractional: Vec<f64> = offered_load.iter().map(|&a| staffed(a)).collect();
        QueueRequirement {
            queue: QueueId(queue as u32),
            agents: fractional.iter().map(|n| n.ceil() as u32).collect(),
            scheduled: fractional.iter().map(|n| n / availability).collect(),
            offered_load,
            fractional,
        }
    });
    let sets = [vec![2], vec![4, 5], vec![0, 1, 2, 3, 4, 5]];
    let pools = sets.iter().map(|members: &Vec<usize>| {
        let offered_load: Vec<f64> = (0..grid.len()).map(|t| members.iter().map(|&queue| load(queue, t)).sum()).collect();
        PooledRequirement {
            queues: QueueSet::of(members.iter().map(|&queue| QueueId(queue as u32))),
            aht_seconds: vec![220.0; grid.len()],
            agents: offered_load.iter().map(|&a| staffed(a).ceil() as u32).collect(),
            scheduled: offered_load.iter().map(|&a| (staffed(a) / availability).ceil() as u32).collect(),
            offered_load,
        }
    });
    let pools: Vec<PooledRequirement> = pools.collect();
    let curves = pools.iter().map(|pool| ServiceCurve {
        intervals: (0..grid.len())
            .map(|t| {
                let (a, volume) = (pool.offered_load[t], pool.offered_load[t] * 900.0 / 220.0);
                let steps = if a > 0.0 { a.ceil() as u32..a.ceil() as u32 + 12 } else { 0..0 };
                steps
                    .map(|agents| CurvePoint {
                        agents,
                        answered_in_time: volume * (1.0 - 0.55 * (-(f64::from(agents) - a) / a.sqrt().max(0.5)).exp()),
                        abandoned: 0.0,
                    })
                    .collect()
            })
            .collect(),
    });
    StaffingRequirement { grid: Arc::clone(grid), queues: queues.collect(), curves: curves.collect(), pools }
}

fn performance(
    centre: &Centre,
    forecast: &DemandForecast,
    requirement: &StaffingRequirement,
    roster: &Roster,
    replications: u32,
) -> ServicePerformance {
    let grid = &roster.grid;
    let there = roster.on_contact(|_| true);
    let wanted = &requirement.pools.last().unwrap().scheduled;
    let share = |queue: usize, t: usize| {
        let ratio = if wanted[t] > 0 { f64::from(there[t]) / f64::from(wanted[t]) } else { 1.0 };
        (0.84 - 1.1 * (1.0 - ratio) - 0.015 * queue as f64 + 0.03 * (noise(3 + queue as u64, t) - 0.5)).clamp(0.02, 0.99)
    };
    let measures = |volume: f64, level: f64, half_width: f64| ServiceMeasures {
        offered: Estimate { mean: volume, half_width: 1.96 * volume.sqrt() / 6.3 },
        answered: Estimate { mean: volume * 0.96, half_width: volume.sqrt() / 4.0 },
        service_level: Estimate { mean: level, half_width: if volume > 0.0 { half_width } else { 0.0 } },
        abandonment: Estimate { mean: (1.0 - level) * 0.22, half_width: half_width * 0.2 },
        asa_seconds: Estimate { mean: (1.0 - level) * 110.0, half_width: half_width * 60.0 },
    };
    let summed = |queues: &[usize], range: std::ops::Range<usize>, precision: f64| {
        let volume = |t: usize| queues.iter().map(|&queue| forecast.queues[queue].mean[t]).sum::<f64>();
        let good = range.clone().map(|t| queues.iter().map(|&q| forecast.queues[q].mean[t] * share(q, t)).sum::<f64>());
        let (good, volume): (f64, f64) = (good.sum(), range.map(volume).sum());
        let level = if volume > 0.0 { good / volume } else { 0.0 };
        measures(volume, level, (precision / volume.max(1e-9).sqrt()).min(0.2))
    };
    let queue_performance = |name: &str, members: &[usize]| QueuePerformance {
        queue: name.to_owned(),
        intervals: (0..grid.len()).map(|t| summed(members, t..t + 1, 0.3)).collect(),
        days: (0..grid.days()).map(|day| summed(members, grid.day_range(day), 0.45)).collect(),
        horizon: summed(members, 0..grid.len(), 0.45),
        days_meeting_target: 0.64,
    };
    ServicePerformance {
        grid: Arc::clone(grid),
        replications,
        queues: centre.queues.iter().enumerate().map(|(k, queue)| queue_performance(&queue.name, &[k])).collect(),
        overall: queue_performance("all", &(0..centre.queues.len()).collect::<Vec<_>>()),
        occupancy: vec![Estimate { mean: 0.78, half_width: 0.02 }; grid.len()],
    }
}

/// A replay: one draw, without intervals.
fn blurred(performance: &ServicePerformance) -> ServicePerformance {
    let mut replay = performance.clone();
    replay.replications = 1;
    for (k, queue) in replay.queues.iter_mut().chain([&mut replay.overall]).enumerate() {
        for (day, measures) in queue.days.iter_mut().chain([&mut queue.horizon]).enumerate() {
            let moved = measures.service_level.mean + 0.12 * (noise(41, k * 16 + day) - 0.55);
            measures.service_level = Estimate { mean: moved.clamp(0.0, 1.0), half_width: 0.0 };
        }
    }
    replay
}

/// Half-hourly counts scattered around the forecast, `back` days before it.
fn counts(forecast: &DemandForecast, grid: &PlanningGrid, back: i64, seed: u64) -> ContactHistory {
    let queues = forecast.queues.iter().enumerate().map(|(k, queue)| QueueHistory {
        name: queue.name.clone(),
        records: (0..grid.len())
            .filter(|t| queue.open[*t])
            .map(|t| {
                let level = 0.9 + 0.2 * noise(seed, grid.day_of(t));
                let normal = (0..12).map(|j| noise(seed + k as u64, t * 12 + j)).sum::<f64>() - 6.0;
                let count = (queue.mean[t] * level + normal * (1.3 * queue.mean[t]).sqrt()).round().max(0.0);
                IntervalRecord {
                    start: grid.local(t) - Duration::days(back),
                    offered: Some(count),
                    handled: None,
                    abandoned: None,
                    aht_seconds: None,
                }
            })
            .collect(),
    });
    ContactHistory { interval_minutes: 15, queues: queues.collect() }
}

fn cost(centre: &Centre, roster: &Roster) -> CostPlan {
    let lines = roster.tours.iter().flat_map(|tour| {
        tour.shifts.iter().flat_map(|shift| {
            shift_pay(centre, tour.agent, shift).into_iter().map(|(class, minutes, amount)| CostLine {
                agent: tour.agent,
                date: shift.date,
                class,
                minutes,
                amount,
            })
        })
    });
    CostPlan { lines: lines.collect() }
}

fn accuracy() -> Vec<ForecastAccuracy> {
    let models = [("shiftcast", 1.0), ("seasonal_naive", 1.42), ("average_4_weeks", 1.13), ("poisson_floor", 0.71)];
    let queues = [("all", 0.117), ("PS", 0.146), ("PE", 0.38), ("NE", 0.31), ("NW", 0.34), ("IN", 0.47), ("TT", 0.82)];
    let mut rows = Vec::new();
    for (queue, base) in queues {
        for (grain, shrink) in [(Grain::Interval, 1.0), (Grain::Day, 0.46), (Grain::Week, 0.3)] {
            for (model, factor) in models {
                let floor = model == "poisson_floor";
                rows.push(ForecastAccuracy {
                    queue: queue.to_owned(),
                    grain,
                    model: model.to_owned(),
                    wape: base * shrink * factor,
                    mase: (!floor).then_some(0.71 * factor),
                    bias: if floor { 0.0 } else { 0.012 * factor },
                    coverage80: (model == "shiftcast").then_some(0.81),
                    coverage95: (model == "shiftcast").then_some(0.95),
                    pinball: (model == "shiftcast").then_some(0.031),
                    origins: 8,
                });
            }
        }
    }
    rows
}
