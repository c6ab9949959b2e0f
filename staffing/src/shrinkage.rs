//! From agents on contact to agents scheduled: scheduled = required / (1 - shrinkage).

/// Part of an agent that is not worth another whole one.
const SPARE: f64 = 0.1;

/// Agents to schedule so that `required` of them are on contact, `availability` being 1 - shrinkage in 0..=1.
pub fn scheduled(required: f64, availability: f64) -> f64 {
    required / availability.max(f64::MIN_POSITIVE)
}

/// Whole agents to schedule: rounded up where more than a tenth of an agent is left, else down.
pub fn scheduled_whole(required: u32, availability: f64) -> u32 {
    let agents = scheduled(f64::from(required), availability);
    let whole = agents.floor();
    (if agents - whole > SPARE { whole + 1.0 } else { whole }) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_an_agent_is_let_go_and_more_is_an_agent() {
        assert_eq!(scheduled_whole(10, 0.8), 13);
        assert_eq!(scheduled_whole(10, 0.995), 10);
        assert_eq!(scheduled_whole(10, 1.0), 10);
        assert_eq!(scheduled_whole(0, 0.7), 0);
        assert_eq!(scheduled(7.0, 0.7), 10.0);
    }
}
