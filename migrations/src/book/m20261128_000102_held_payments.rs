//! Of which payments something is left: neither allocated nor given back. As with open documents,
//! most are used up, and it takes seconds to look at all of them.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::kept;
use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

const LEFT: &str = "INSERT INTO held_payment (payment) SELECT y.id FROM payment y \
    WHERE y.amount_minor \
    - (SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a WHERE a.payment = y.id) \
    - (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refund r \
       WHERE r.payment = y.id AND r.state = 'returned') > 0";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "held_payment")
            .int_key("payment")
            .create(manager)
            .await?;
        guard::raw(manager, LEFT).await?;
        let given_back = "NEW.state IN ('returned', 'failed')";
        for (name, payment, on) in [
            (
                "held_payment_received",
                "NEW.id",
                ("INSERT", "payment", "NEW.id > 0"),
            ),
            (
                "held_payment_allocated",
                "NEW.payment",
                ("INSERT", "allocation", "NEW.payment IS NOT NULL"),
            ),
            (
                "held_payment_returned",
                "NEW.payment",
                ("INSERT", "refund", given_back),
            ),
            (
                "held_payment_settled",
                "NEW.payment",
                ("UPDATE OF state", "refund", given_back),
            ),
        ] {
            let look = format!(
                "DELETE FROM held_payment WHERE payment = {payment}; {LEFT} AND y.id = {payment}"
            );
            kept::with_rows(manager, name, on, &look).await?;
        }
        Ok(())
    }
}
