//! The letter about a threshold that was reached, for somebody who may see the use.

use crate::access::{Account, Party, Permission};
use crate::app::App;
use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, Item, Price};
use crate::billing::party::Language;
use crate::billing::{Money, Percent, Quantity, Rounding, UnitPrice};
use crate::db::usage_alerts::{self, UsageAlert};
use crate::db::{AsOf, contracts};
use crate::delivery::letters::{self, House, Letter, Reached};
use crate::documents::format;
use crate::documents::view::quantity_with_unit;
use crate::usecases::Failure;
use crate::usecases::alerts::Told;

/// The letter; none for whoever may not see the alert any more.
pub(super) async fn letter(
    app: &App,
    account: &Account,
    (house, language): (&House, Language),
    alert: i64,
) -> Result<Option<Letter>, Failure> {
    let principal = account.principal();
    let principal = principal.map_err(|error| Failure::of(error.code(), &error))?;
    let (permission, pages) = match account.party {
        Party::Staff => (Permission::ReadUsage, "/usage"),
        Party::Customer(_) => (Permission::ReadOwnUsage, "/portal/usage"),
    };
    let Ok(granted) = principal.require(permission) else {
        return Ok(None);
    };
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let Some(stored) = usage_alerts::get(&on, granted.scope(), alert).await? else {
        return Ok(None);
    };
    let number = &stored.alert.contract;
    let Some(version) =
        contracts::as_of::<Contract>(&on, granted.scope(), number, at.day, at.known_at).await?
    else {
        return Ok(None);
    };
    let told = Told {
        alert: stored,
        contract: version.body,
    };
    let Some(item) = told.item() else {
        return Ok(None);
    };
    let reached = reached(&told.contract, item, &told.alert.alert, (language, pages));
    Ok(reached.map(|reached| letters::usage_alert(language, house, &reached)))
}

/// The alert in words; none when its figures make no sense.
fn reached(
    contract: &Contract,
    item: &Item,
    alert: &UsageAlert,
    (language, pages): (Language, &str),
) -> Option<Reached> {
    let Price::Usage {
        unit, pooled_with, ..
    } = &item.price
    else {
        return None;
    };
    let budget = alert.bound_kind == "budget";
    let figure = |text: &str| match budget {
        true => {
            let amount = text.parse::<UnitPrice>().ok()?.ratio();
            let money = Money::rounded(amount, contract.currency, Rounding::HalfUp).ok()?;
            Some(format::money(money, language))
        }
        false => {
            let quantity = text.parse::<Quantity>().ok()?;
            Some(quantity_with_unit(quantity, *unit, language))
        }
    };
    let path = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Some(Reached {
        item: item.name.get(language).to_owned(),
        place: match (&item.instance, pooled_with.is_empty()) {
            (Some(instance), true) => instance.clone(),
            _ => contract.number.clone(),
        },
        period: format::span_in_words(Period::new(alert.from, alert.to).ok()?, language),
        threshold: format::percent(alert.threshold.parse::<Percent>().ok()?, language),
        used: figure(&alert.used)?,
        bound: figure(&alert.bound)?,
        path: format!("{pages}/{}/{}", path(&contract.number), path(&item.id)),
        budget,
    })
}
