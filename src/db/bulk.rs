//! Many rows in few statements, each below the databases' limit of bound values.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, Insert, InsertMany, Iterable,
    QueryResult, QueryTrait,
};

use super::DbError;
use super::txn::Txn;

/// SQLite binds at most 32,766 values a statement, PostgreSQL 65,535.
/// <https://www.sqlite.org/limits.html>, <https://www.postgresql.org/docs/15/limits.html>
fn rows_a_statement(backend: DbBackend, columns: usize) -> usize {
    let bound = if backend == DbBackend::Postgres {
        65_535
    } else {
        32_766
    };
    (bound / columns.max(1)).clamp(1, 2_000)
}

/// Inserts the rows in order. Nothing happens for none.
pub async fn insert_all<A: ActiveModelTrait>(txn: &Txn, rows: Vec<A>) -> Result<(), DbError> {
    for mut insert in statements(txn, rows) {
        txn.orm().execute(insert.query()).await?;
    }
    Ok(())
}

/// Inserts the rows and returns what the database filled in. The answer's order is the
/// database's: match it by a column.
pub async fn insert_returning<A: ActiveModelTrait>(
    txn: &Txn,
    rows: Vec<A>,
    columns: &[<A::Entity as EntityTrait>::Column],
) -> Result<Vec<QueryResult>, DbError> {
    let mut returned = Vec::with_capacity(rows.len());
    for mut insert in statements(txn, rows) {
        let query = insert.query();
        let wanted = columns
            .iter()
            .map(|column| sea_orm::IntoSimpleExpr::into_simple_expr(*column));
        query.returning(sea_orm::sea_query::Query::returning().exprs(wanted));
        returned.extend(txn.orm().query_all(query).await?);
    }
    Ok(returned)
}

fn statements<A: ActiveModelTrait>(txn: &Txn, rows: Vec<A>) -> Vec<InsertMany<A>> {
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let size = rows_a_statement(txn.backend(), columns);
    let mut statements = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        statements.push(Insert::many(rows.by_ref().take(size)));
    }
    statements
}
