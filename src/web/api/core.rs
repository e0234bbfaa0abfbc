//! Types of the trade as the API shows them: as they are, under the schema that describes them in a
//! book.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

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
