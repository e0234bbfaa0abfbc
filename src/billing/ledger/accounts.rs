//! The chart as a table: which account takes the revenue and the tax of a tax case.
//!
//! Figures: DATEV standard charts SKR03 and SKR04, edition 2026. The rows are defaults; a seller
//! that keeps other accounts adds its own rows, which win.

use super::Account;
use crate::billing::party::Chart;
use crate::billing::tax::TaxCase;

/// Accounts of one tax case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The case.
    pub case: TaxCase,
    /// Takes the net amount.
    pub revenue: Account,
    /// Takes the tax; none where no tax is charged.
    pub tax: Option<Account>,
}

/// General accounts that events need besides revenue and tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Collects the customers' accounts; not posted to directly.
    Receivables,
    /// Bank.
    Bank,
    /// Income received for later periods.
    DeferredIncome,
    /// Money on its way: what a gateway has taken and not yet paid out.
    Clearing,
    /// What a gateway keeps for its service.
    GatewayFees,
}

/// The accounts of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountMap {
    rows: Vec<AccountRow>,
    controls: Vec<(Control, Account)>,
}

impl AccountMap {
    /// The accounts that ship with the program.
    #[must_use]
    pub fn builtin(chart: Chart) -> Self {
        let rows = BUILTIN.iter().filter_map(|row| row.of(chart)).collect();
        let control = |&(control, skr03, skr04): &(Control, u32, u32)| {
            let number = match chart {
                Chart::Skr03 => skr03,
                Chart::Skr04 => skr04,
            };
            Account::new(number).ok().map(|account| (control, account))
        };
        let controls = CONTROLS.iter().filter_map(control).collect();
        Self { rows, controls }
    }

    /// The same map with further rows, which win over the rows of the same case.
    #[must_use]
    pub fn with(mut self, rows: impl IntoIterator<Item = AccountRow>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The accounts of a case.
    #[must_use]
    pub fn find(&self, case: TaxCase) -> Option<AccountRow> {
        self.rows.iter().rev().find(|row| row.case == case).copied()
    }

    /// The same map with other control accounts, which win over those that ship.
    #[must_use]
    pub fn with_controls(mut self, rows: impl IntoIterator<Item = (Control, Account)>) -> Self {
        self.controls.extend(rows);
        self
    }

    /// A control account.
    ///
    /// # Errors
    /// [`super::LedgerError::NoControlAccount`] when the map has no row for it.
    pub fn control(&self, control: Control) -> Result<Account, super::LedgerError> {
        let mut rows = self.controls.iter().rev();
        let found = rows.find(|(of, _)| *of == control);
        found
            .map(|(_, account)| *account)
            .ok_or(super::LedgerError::NoControlAccount { control })
    }
}

/// (control, SKR03, SKR04).
const CONTROLS: &[(Control, u32, u32)] = &[
    (Control::Receivables, 1400, 1200),
    (Control::Bank, 1200, 1800),
    (Control::DeferredIncome, 990, 3900),
    // Geldtransit.
    (Control::Clearing, 1360, 1460),
    // Nebenkosten des Geldverkehrs.
    (Control::GatewayFees, 4970, 6855),
];

/// (case, SKR03 revenue, SKR03 tax, SKR04 revenue, SKR04 tax); a tax of zero stands for none.
struct Row(TaxCase, u32, u32, u32, u32);

impl Row {
    fn of(&self, chart: Chart) -> Option<AccountRow> {
        let Row(case, revenue03, tax03, revenue04, tax04) = *self;
        let (revenue, tax) = match chart {
            Chart::Skr03 => (revenue03, tax03),
            Chart::Skr04 => (revenue04, tax04),
        };
        Some(AccountRow {
            case,
            revenue: Account::new(revenue).ok()?,
            tax: Account::new(tax).ok(),
        })
    }
}

const BUILTIN: &[Row] = &[
    // Revenue at 19 %, tax at 19 %.
    Row(TaxCase::DomesticStandard, 8400, 1776, 4400, 3806),
    Row(TaxCase::BelowThreshold, 8400, 1776, 4400, 3806),
    Row(TaxCase::EuHumanService, 8400, 1776, 4400, 3806),
    // Revenue at 7 %, tax at 7 %.
    Row(TaxCase::DomesticReduced, 8300, 1771, 4300, 3801),
    // Revenue of a small business.
    Row(TaxCase::SmallBusiness, 8195, 0, 4185, 0),
    // Revenue from other services taxable in another member state.
    Row(TaxCase::EuInstitution, 8339, 0, 4339, 0),
    // Revenue exempt by § 4 nos. 2 to 7 UStG.
    Row(TaxCase::EuInstitutionInGermany, 8150, 0, 4150, 0),
    Row(TaxCase::InternationalOrganisation, 8150, 0, 4150, 0),
    Row(TaxCase::DiplomaticMission, 8150, 0, 4150, 0),
    // Revenue from services for which the recipient in another member state owes the tax.
    Row(TaxCase::EuReverseCharge, 8336, 0, 4336, 0),
    // Electronic services taxable in another member state, and the tax due there.
    Row(TaxCase::OneStopShop, 8331, 1768, 4331, 3818),
    // Revenue from services taxable in a third country.
    Row(TaxCase::ThirdCountry, 8338, 0, 4338, 0),
    Row(TaxCase::UnitedKingdom, 8338, 0, 4338, 0),
    Row(TaxCase::Switzerland, 8338, 0, 4338, 0),
    Row(TaxCase::Norway, 8338, 0, 4338, 0),
    Row(TaxCase::ThirdCountryDigital, 8338, 0, 4338, 0),
];
