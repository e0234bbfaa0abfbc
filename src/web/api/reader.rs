//! The document as the page shows it: operations by their tag, and the shapes of what is sent.

use std::sync::LazyLock;

use serde_json::Value;

use super::document::document;

/// The document, read once.
pub(super) static READ: LazyLock<Document> = LazyLock::new(|| read(document()));

/// What the page shows.
#[derive(Debug)]
pub(super) struct Document {
    /// Paragraphs on the whole.
    pub(super) text: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) shapes: Vec<Shape>,
}

/// Operations of one tag.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) operations: Vec<Operation>,
}

/// One address with one method.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) text: Vec<String>,
    pub(super) parameters: Vec<Part>,
    pub(super) body: Option<Kind>,
    pub(super) answers: Vec<Answer>,
}

/// A parameter of an operation, or a field of a shape.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// Where a parameter stands; empty for a field.
    pub(super) place: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) text: String,
}

/// The type of a value: words, and the shape that it leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) text: String,
    /// The name of a shape; empty for none.
    pub(super) shape: String,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// The shape of something that is sent.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) text: Vec<String>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Part>,
    /// Codes, where it is one of them.
    pub(super) codes: Vec<(String, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn paragraphs(value: &Value) -> Vec<String> {
    let all = text(value);
    let parts = all.split("\n\n").map(|part| part.replace('\n', " "));
    parts.filter(|part| !part.is_empty()).collect()
}

/// What a reference leads to.
fn followed<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let to = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    to.and_then(|pointer| root.pointer(pointer))
        .unwrap_or(value)
}

fn named(value: &Value) -> Option<String> {
    let name = value["$ref"].as_str()?.rsplit('/').next()?;
    Some(name.to_owned())
}

/// The words for a type, with the shape it leads to.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = named(schema) {
        return Kind {
            text: name.clone(),
            shape: name,
        };
    }
    let several = ["oneOf", "anyOf"]
        .iter()
        .find_map(|word| schema[*word].as_array());
    if let Some(several) = several {
        let constants: Vec<String> = several.iter().filter_map(constant).collect();
        if !constants.is_empty() && constants.len() == several.len() {
            return worded(&constants.join(", "));
        }
        let kinds: Vec<Kind> = several.iter().map(kind).collect();
        let texts: Vec<&str> = kinds.iter().map(|kind| kind.text.as_str()).collect();
        let shape = kinds.iter().find(|kind| !kind.shape.is_empty());
        return Kind {
            text: texts.join(" or "),
            shape: shape.map(|kind| kind.shape.clone()).unwrap_or_default(),
        };
    }
    if let Some(codes) = schema["enum"].as_array() {
        let codes: Vec<String> = codes.iter().map(text).collect();
        return worded(&codes.join(", "));
    }
    if let Some(constant) = constant(schema) {
        return worded(&constant);
    }
    let names: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any value"],
    };
    if names.contains(&"array") {
        let of = match &schema["items"] {
            Value::Null => return worded("list"),
            items => kind(items),
        };
        let or = if names.contains(&"null") {
            " or null"
        } else {
            ""
        };
        return Kind {
            text: format!("list of {}{or}", of.text),
            shape: of.shape,
        };
    }
    let mut words = names.join(" or ");
    if let Some(format) = schema["format"].as_str() {
        words = format!("{words} ({format})");
    }
    worded(&words)
}

fn worded(text: &str) -> Kind {
    Kind {
        text: text.to_owned(),
        shape: String::new(),
    }
}

fn constant(schema: &Value) -> Option<String> {
    match &schema["const"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The fields of an object, those of its parts included.
fn fields(root: &Value, schema: &Value) -> Vec<Part> {
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut all: Vec<Part> = parts
        .flat_map(|part| fields(root, followed(root, part)))
        .collect();
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        all.push(Part {
            name: name.clone(),
            place: String::new(),
            kind: kind(field),
            required: required.contains(&name.as_str()),
            text: paragraphs(&field["description"]).join(" "),
        });
    }
    all
}

fn shape(root: &Value, name: &str, schema: &Value) -> Shape {
    let several = ["oneOf", "anyOf"]
        .iter()
        .find_map(|word| schema[*word].as_array());
    let several = several.map(Vec::as_slice).unwrap_or_default();
    let mut codes = Vec::new();
    let mut all = fields(root, schema);
    for one in several {
        let one = followed(root, one);
        match constant(one) {
            Some(code) => codes.push((code, text(&one["description"]))),
            None => {
                let known = |field: &Part| all.iter().any(|other| other.name == field.name);
                let new = fields(root, one).into_iter().filter(|field| !known(field));
                let new: Vec<Part> = new.collect();
                // A field of one form only need not be there in the others.
                all.extend(new.into_iter().map(|field| Part {
                    required: false,
                    ..field
                }));
            }
        }
    }
    let plain = schema["enum"].as_array().into_iter().flatten();
    codes.extend(plain.map(|code| (text(code), String::new())));
    Shape {
        name: name.to_owned(),
        text: paragraphs(&schema["description"]),
        kind: if all.is_empty() && codes.is_empty() {
            kind(schema)
        } else {
            Kind::default()
        },
        fields: all,
        codes,
    }
}

fn operation(root: &Value, (method, path): (&str, &str), found: &Value) -> Operation {
    let parameters = found["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| {
        let parameter = followed(root, parameter);
        Part {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            kind: kind(&parameter["schema"]),
            required: parameter["required"] == true,
            text: paragraphs(&parameter["description"]).join(" "),
        }
    });
    let answers = found["responses"].as_object().into_iter().flatten();
    let answers = answers.map(|(status, answer)| {
        let answer = followed(root, answer);
        Answer {
            status: status.clone(),
            text: text(&answer["description"]),
            kind: content(answer),
        }
    });
    let body = &found["requestBody"];
    Operation {
        id: text(&found["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        name: text(&found["summary"]),
        text: paragraphs(&found["description"]),
        parameters: parameters.collect(),
        body: body.is_object().then(|| content(body)),
        answers: answers.collect(),
    }
}

/// The type of a body, by its first media type.
fn content(value: &Value) -> Kind {
    let all = value["content"].as_object().into_iter().flatten();
    let kinds: Vec<(&String, &Value)> = all.collect();
    match kinds.as_slice() {
        [] => Kind::default(),
        [(media, one)] if media.ends_with("json") => kind(&one["schema"]),
        several => {
            let media: Vec<&str> = several.iter().map(|(media, _)| media.as_str()).collect();
            worded(&media.join(", "))
        }
    }
}

fn read(root: &Value) -> Document {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for (method, found) in item.as_object().into_iter().flatten() {
            let name = text(&found["tags"][0]);
            let operation = operation(root, (method, path), found);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group {
                    id: name.to_lowercase().replace(' ', "-"),
                    name,
                    operations: vec![operation],
                }),
            }
        }
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let shapes = root["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    Document {
        text: paragraphs(&root["info"]["description"]),
        groups,
        shapes: shapes
            .map(|(name, schema)| shape(root, name, schema))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_operation_and_no_type_is_without_words() {
        let shown: usize = READ.groups.iter().map(|group| group.operations.len()).sum();
        let paths = document()["paths"].as_object().unwrap();
        let described = paths.values().map(|item| item.as_object().unwrap().len());
        assert_eq!(shown, described.sum::<usize>());
        for shape in &READ.shapes {
            let empty = shape.fields.is_empty() && shape.codes.is_empty();
            assert_eq!(empty, !shape.kind.text.is_empty(), "{}", shape.name);
            for field in &shape.fields {
                assert!(!field.kind.text.is_empty(), "{} {}", shape.name, field.name);
            }
        }
        let all = READ.groups.iter().flat_map(|group| &group.operations);
        for operation in all {
            assert!(!operation.answers.is_empty() && !operation.text.is_empty());
            for parameter in &operation.parameters {
                let told = !parameter.kind.text.is_empty() && !parameter.text.is_empty();
                assert!(told, "{} {}", operation.path, parameter.name);
            }
        }
    }
}
