//! Outages, maintenance, samples and events: instants in order, instances and meters known.

use std::collections::BTreeSet;

use super::{Checker, Step};

impl Checker<'_> {
    pub(super) fn instants(&mut self) {
        let file = &self.sheet.file;
        for (n, outage) in file.outage.iter().enumerate() {
            self.instance("outage", n, &outage.instance);
            if outage.end.is_some_and(|end| end <= outage.start) {
                self.fault(
                    path!["outage", n, "end"],
                    "expected an instant after the start",
                );
            }
        }
        for (n, entry) in file.maintenance.iter().enumerate() {
            self.instance("maintenance", n, &entry.instance);
            if entry.end <= entry.start {
                self.fault(
                    path!["maintenance", n, "end"],
                    "expected an instant after the start",
                );
            }
        }
        for (n, entry) in file.exclusion.iter().enumerate() {
            self.instance("exclusion", n, &entry.instance);
            if entry.end <= entry.start {
                self.fault(
                    path!["exclusion", n, "end"],
                    "expected an instant after the start",
                );
            }
        }
        let meters: BTreeSet<&str> = file.meter.iter().map(|meter| meter.name.as_str()).collect();
        for (n, sample) in file.sample.iter().enumerate() {
            self.instance("sample", n, &sample.instance);
            if !meters.contains(sample.meter.as_str()) {
                let what = format!("the meter {:?} is not in this file", sample.meter);
                self.fault(path!["sample", n, "meter"], what);
            }
        }
        for (n, event) in file.event.iter().enumerate() {
            self.instance("event", n, &event.instance);
            if !meters.contains(event.meter.as_str()) {
                let what = format!("the meter {:?} is not in this file", event.meter);
                self.fault(path!["event", n, "meter"], what);
            }
            for (key, other) in [("voids", &event.voids), ("replaces", &event.replaces)] {
                if other.as_ref() == Some(&event.id) {
                    self.fault(path!["event", n, key], "an event does not take itself back");
                }
            }
            if event.voids.is_some() && event.replaces.is_some() {
                let what = "an event voids another one or replaces it, not both";
                self.fault(path!["event", n, "replaces"], what);
            }
        }
    }
}
