//! One chat queue in one interval, and what its contacts meet.

use solver_data::ServiceLevelDefinition;

use super::station::{of_erlang_a, of_erlang_c};
use super::{Chat, Measures};
use crate::error::StaffingError;

/// One chat queue in one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatStation {
    /// Contacts offered in the interval, 0 or more.
    pub volume: f64,
    /// Length of the interval in seconds.
    pub interval_seconds: f64,
    /// Mean handle time in seconds of each conversation of an agent who has 1, 2, … at a time; its length is the most an
    /// agent may have.
    pub aht_seconds: Vec<f64>,
    /// Mean patience in seconds; infinite for contacts that never leave.
    pub patience_seconds: f64,
}

/// What the contacts of a chat station meet, and how busy agents are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChatMeasures {
    /// Waits and losses; the occupancy is the share of conversations in use of those agents could have.
    pub service: Measures,
    /// Mean conversations of an agent.
    pub chats_per_agent: f64,
}

impl ChatStation {
    /// Arrivals per second.
    fn arrivals(&self) -> f64 {
        if self.interval_seconds > 0.0 { self.volume / self.interval_seconds } else { 0.0 }
    }

    /// The load in agents when each has all the conversations it may have.
    pub fn offered_load(&self) -> f64 {
        let slots = self.aht_seconds.len().max(1) as f64;
        self.arrivals() * self.aht_seconds.last().copied().unwrap_or(0.0) / slots
    }

    /// Checks that the numbers are ones a chat queue can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a negative, infinite or missing number, or a handle time, interval or patience of
    /// zero.
    pub fn validate(&self) -> Result<(), StaffingError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let worst = self.aht_seconds.iter().copied().find(|aht| !positive(*aht));
        let aht = worst.or(self.aht_seconds.first().copied()).unwrap_or(f64::NAN);
        let (volume, patience) = (self.volume, self.patience_seconds);
        let checks = [
            ("contact volume", volume, volume.is_finite() && volume >= 0.0, "a finite number of 0 or more"),
            ("AHT in seconds", aht, positive(aht), "a finite number above 0 for each number of conversations"),
            ("interval in seconds", self.interval_seconds, positive(self.interval_seconds), "a finite number above 0"),
            ("patience in seconds", patience, patience > 0.0, "a number above 0, or none for contacts that never leave"),
        ];
        match checks.into_iter().find(|(_, _, holds, _)| !holds) {
            Some((quantity, value, _, range)) => Err(StaffingError::OutOfRange { quantity, value, range }),
            None => Ok(()),
        }
    }

    /// Service of `agents` agents, with the service level of `definition` for a threshold of `threshold_seconds`.
    ///
    /// As for [`super::Station`], every station that passes [`ChatStation::validate`] has an answer. Source: see [`Chat`].
    pub fn evaluate(&self, agents: u32, threshold_seconds: f64, definition: ServiceLevelDefinition) -> ChatMeasures {
        let (arrivals, threshold) = (self.arrivals(), threshold_seconds.clamp(0.0, 1e300));
        if arrivals <= 0.0 || self.aht_seconds.is_empty() {
            return ChatMeasures { service: Measures::NOBODY_COMES, chats_per_agent: 0.0 };
        }
        if agents == 0 {
            let service = Measures::unstaffed(arrivals, self.patience_seconds, threshold, definition);
            return ChatMeasures { service, chats_per_agent: 0.0 };
        }
        let chat = Chat::new(agents, arrivals, &self.aht_seconds, self.patience_seconds);
        let full = self.aht_seconds[self.aht_seconds.len() - 1];
        let service = match (chat.leaving(), chat.patient()) {
            (Some(queue), _) => of_erlang_a(queue, full, threshold, definition),
            (None, Some(queue)) => of_erlang_c(queue, full, threshold),
            (None, None) => Measures::NOBODY_COMES,
        };
        let chats_per_agent = chat.chats_per_agent();
        let occupancy = (chats_per_agent / self.aht_seconds.len() as f64).min(1.0);
        ChatMeasures { service: Measures { occupancy, ..service }, chats_per_agent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk() -> ChatStation {
        ChatStation { volume: 48.0, interval_seconds: 1800.0, aht_seconds: vec![420.0, 540.0, 720.0], patience_seconds: 300.0 }
    }

    #[test]
    fn eight_agents_with_three_chats_each_answer_nearly_all_in_half_a_minute() {
        let got = desk().evaluate(8, 30.0, ServiceLevelDefinition::ServedAll);
        assert!((got.service.service_level - 0.965_430_215_762_111_9).abs() < 1e-12);
        assert!((got.chats_per_agent - 1.816_124_512_568_965_8).abs() < 1e-12);
    }

    #[test]
    fn a_desk_without_chats_or_without_agents_has_an_answer() {
        let quiet = ChatStation { volume: 0.0, ..desk() };
        assert_eq!(quiet.evaluate(3, 30.0, ServiceLevelDefinition::ServedAll).service.service_level, 1.0);
        assert_eq!(desk().evaluate(0, 30.0, ServiceLevelDefinition::ServedAll).service.abandonment, 1.0);
        assert!(ChatStation { aht_seconds: vec![], ..desk() }.validate().is_err());
    }
}
