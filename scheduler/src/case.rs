//! A centre's problem with everything it was made from, for questions about it.

use std::collections::HashMap;

use solver_data::{Agent, AgentId, CarriedOver, Centre, Roster, StaffingRequirement, Table, TemplateId, Tour};

use crate::centre::{centre_duties, starts_on};
use crate::centre_rules::CentreRuleSource;
use crate::conflict::{Rule, RuleSource, require_tours};
use crate::coverage::Coverage;
use crate::error::SchedulerError;
use crate::pool::{count_reaching, coverage_terms};
use crate::pricing::PlacedTour;
use crate::problem::{AgentOffer, CoverageTerms, Duty, RosterProblem};

/// A centre's problem and its parts.
pub(crate) struct CentreCase<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// The requirement.
    pub requirement: &'a StaffingRequirement,
    /// Shifts that began before the horizon.
    pub reaching: &'a [Tour],
    /// All duties.
    pub duties: Vec<Duty>,
    /// What every agent may work.
    pub offers: Vec<AgentOffer>,
    coverage: CoverageTerms,
    families: Vec<u128>,
}

/// The centre with one more agent like `kind`: employed throughout, no absence, no wish, no limit of hours.
pub(crate) fn with_one_more(centre: &Centre, kind: AgentId) -> Centre {
    let like = &centre.agents[kind];
    let newcomer = Agent {
        code: "one more".to_owned(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: CarriedOver::default(),
        ..like.clone()
    };
    let mut more = centre.clone();
    more.agents = Table::new(centre.agents.iter().cloned().chain([newcomer]).collect());
    more
}

impl<'a> CentreCase<'a> {
    /// The problem of `centre` and `requirement`.
    ///
    /// # Errors
    /// As [`crate::schedule`].
    pub fn new(centre: &'a Centre, requirement: &'a StaffingRequirement, reaching: &'a [Tour]) -> Result<Self, SchedulerError> {
        let (mut coverage, families) = coverage_terms(centre, requirement)?;
        count_reaching(&mut coverage, &families, &requirement.grid, reaching);
        let duties = centre_duties(centre, &requirement.grid)?;
        let source = CentreRuleSource::new(centre, &requirement.grid, &duties, families.clone(), None);
        let offers = (0..centre.agents.len()).map(|agent| source.relaxed(agent, &[])).collect();
        Ok(Self { centre, requirement, reaching, duties, offers, coverage, families })
    }

    /// The problem of all agents.
    pub fn problem(&self) -> RosterProblem {
        self.problem_of(&self.offers)
    }

    /// The problem of some offers.
    pub fn problem_of(&self, offers: &[AgentOffer]) -> RosterProblem {
        RosterProblem::new(self.coverage.clone(), self.duties.clone(), offers)
    }

    /// An agent's offer with some rules relaxed.
    pub fn relaxed(&self, agent: usize, rules: &[Rule]) -> AgentOffer {
        self.source().relaxed(agent, rules)
    }

    /// Where the rules come from.
    pub fn source(&self) -> CentreRuleSource<'_> {
        CentreRuleSource::new(self.centre, &self.requirement.grid, &self.duties, self.families.clone(), None)
    }

    /// Fails for agents without a tour.
    ///
    /// # Errors
    /// [`SchedulerError::NoTour`].
    pub fn require_tours(&self, problem: &RosterProblem) -> Result<(), SchedulerError> {
        require_tours(problem, &self.source())
    }

    /// Coverage by a roster.
    pub fn coverage(&self, problem: &RosterProblem, roster: &Roster) -> Coverage {
        let mut coverage = Coverage::empty(problem);
        for (agent, tour) in self.tours(roster).iter().enumerate() {
            coverage.add(problem, problem.agents[agent].class, tour);
        }
        coverage
    }

    /// The roster as tours of duties, one an agent, costs left at 0; shifts of no known template and day are left out.
    pub fn tours(&self, roster: &Roster) -> Vec<PlacedTour> {
        let rows: HashMap<(usize, &str), usize> = self
            .duties
            .iter()
            .enumerate()
            .map(|(row, duty)| ((duty.day, self.centre.templates[TemplateId::from(duty.template)].name.as_str()), row))
            .collect();
        let mut tours = vec![PlacedTour::default(); self.centre.agents.len()];
        for tour in &roster.tours {
            let Some(placed) = tours.get_mut(usize::from(tour.agent)) else { continue };
            for shift in &tour.shifts {
                let day = self.requirement.grid.day_of_date(shift.date);
                let Some(&row) = day.and_then(|day| rows.get(&(day, shift.template.as_str()))) else { continue };
                placed.duties.push(row as u32);
                placed.breaks.extend(starts_on(&self.requirement.grid, &self.duties[row], shift));
            }
        }
        tours
    }
}
