//! The figures of the reference year: what the generated telemetry must come out as, exactly.
//! All invented. The figures that an invoice depends on are part of the reference customers; the
//! others are plausible and stay within their allowance.

use chrono_tz::Tz;

/// The service year of the reference customers.
pub const YEAR: i32 = 2026;

/// European Sample Commission, Brussels.
pub const COMMISSION: &str = "social.sample-commission.example";
/// Land Musterholstein, Kiel: runs its own server and buys support.
pub const MUSTERHOLSTEIN: &str = "social.musterholstein.example";
/// Ville d'Exempleville.
pub const EXEMPLEVILLE: &str = "social.exempleville.example";
/// Example App Store Inc., California.
pub const APP_STORE: &str = "social.app-store.example";

pub const BRUSSELS: Tz = Tz::Europe__Brussels;
pub const BERLIN: Tz = Tz::Europe__Berlin;
pub const PARIS: Tz = Tz::Europe__Paris;
pub const LOS_ANGELES: Tz = Tz::America__Los_Angeles;

/// GB-months of media storage, January to December, in Brussels' months.
pub const COMMISSION_STORAGE_GB: [i64; 12] = [
    1_985, 2_130, 2_260, 2_300, 1_990, 1_950, 1_940, 1_960, 1_970, 1_980, 1_980, 1_980,
];

/// GB-months of media storage, January to December, in Paris' months. In July a festival's videos.
pub const EXEMPLEVILLE_STORAGE_GB: [i64; 12] =
    [352, 361, 374, 398, 421, 447, 638, 452, 459, 466, 473, 480];

/// GB of egress, January to December, in Los Angeles' months.
pub const APP_STORE_EGRESS_GB: [i64; 12] = [
    4_180, 6_340, 4_415, 4_290, 4_520, 4_610, 4_875, 5_001, 4_730, 4_640, 4_810, 4_925,
];

/// Quarter hours of support per quarter, from the fourth of 2025 to the fourth of 2026, in Berlin's
/// quarters: 17.50, 21.25, 12.00, 18.00 and 13.50 hours.
pub const MUSTERHOLSTEIN_QUARTER_HOURS: [(i32, u32, u32); 5] = [
    (YEAR - 1, 10, 70),
    (YEAR, 1, 85),
    (YEAR, 4, 48),
    (YEAR, 7, 72),
    (YEAR, 10, 54),
];

/// The January after the year, of the same three servers and in their zones: what the running
/// period of the demo is going to.
pub const JANUARY_GB: (i64, i64, i64) = (1_990, 484, 5_150);
