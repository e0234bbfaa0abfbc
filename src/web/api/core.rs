//! Types of the trade as the API shows them: as they are, under the schema that describes them in a
//! book.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::billing::Money;
use crate::billing::contract::Contract;
use crate::billing::invoice::{DocumentType, Invoice, Line};
use crate::billing::party::{Customer, Seller};

/// A value of the core, shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Core<T>(pub(super) T);

/// The name of a type of the core, as the document calls its schema.
pub(super) fn name_of<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}

impl<T: JsonSchema> PartialSchema for Core<T> {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name(name_of::<T>()).into()
    }
}

impl<T: JsonSchema> ToSchema for Core<T> {
    fn name() -> Cow<'static, str> {
        name_of::<T>().into()
    }
}

// Aliases, because the macros of the document look into the parameters of a type they see.
/// An amount.
pub(super) type Amount = Core<Money>;
/// A customer.
pub(super) type CustomerRecord = Core<Customer>;
/// A seller.
pub(super) type SellerRecord = Core<Seller>;
/// A contract as it was agreed.
pub(super) type AgreedContract = Core<Contract>;
/// An invoice as it was frozen.
pub(super) type FrozenInvoice = Core<Invoice>;
/// A line of an invoice.
pub(super) type InvoiceLine = Core<Line>;
/// The type of a document.
pub(super) type DocumentKind = Core<DocumentType>;
