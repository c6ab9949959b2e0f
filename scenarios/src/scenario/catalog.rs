//! Scenarios that ship with the program; each runs on every centre.

/// Name and text of every scenario of the catalogue, in the order they are listed.
pub const SCENARIOS: [(&str, &str); 9] = [
    ("double_11", include_str!("../../catalog/double_11.toml")),
    ("product_launch", include_str!("../../catalog/product_launch.toml")),
    ("flu_week", include_str!("../../catalog/flu_week.toml")),
    ("two_agents_at_peak", include_str!("../../catalog/two_agents_at_peak.toml")),
    ("headcount_10_percent", include_str!("../../catalog/headcount_10_percent.toml")),
    ("aht_8_to_5_minutes", include_str!("../../catalog/aht_8_to_5_minutes.toml")),
    ("self_service_60_percent", include_str!("../../catalog/self_service_60_percent.toml")),
    ("outage_day", include_str!("../../catalog/outage_day.toml")),
    ("new_skill_tier", include_str!("../../catalog/new_skill_tier.toml")),
];

/// The text of a scenario by its name; `-` and spaces stand for `_`.
pub fn text(name: &str) -> Option<&'static str> {
    let wanted = name.replace(['-', ' '], "_").to_lowercase();
    SCENARIOS.iter().find(|(own, _)| *own == wanted).map(|(_, text)| *text)
}
