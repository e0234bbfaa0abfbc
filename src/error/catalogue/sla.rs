//! Codes of service levels.

use super::{Entry, entry_of as e};

#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    e("sla.ladder-not-monotone", 2, 422,
        "A credit ladder gives less for a worse month, or its steps are out of order.",
        "List the steps from the highest availability down, each with at least the same credit."),
    e("sla.ladder-out-of-range", 2, 422,
        "A credit ladder has a percentage outside 0 to 100.",
        "Write availabilities and credits in per cent."),
    e("sla.no-components", 2, 422,
        "An objective asks for all components to be down, but names none.",
        "Name the components, or let any outage count."),
    e("sla.no-instance", 2, 422,
        "An item has a service level but names no instance that could be measured.",
        "Name the item's instance, or take the service level out."),
    e("sla.percent-out-of-range", 2, 422,
        "The credit for a missed promise is not between 0 and 100 per cent.",
        "Write the credit in per cent of the month's fee."),
    e("sla.span-empty", 2, 422,
        "An outage or exclusion ends before it starts, or at the same instant.",
        "Correct its times in the incident log."),
    e("sla.unknown-item", 2, 422,
        "A service level or a missed promise names an item that the contract does not have.",
        "Correct the item's identifier."),
];
