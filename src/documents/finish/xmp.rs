//! The Factur-X declaration in the metadata of a file.

use super::table::{Edit, Table, find, number, reference};
use super::{FACTUR_X_FILE, FinishError};

const SCHEMAS_END: &[u8] = b"</rdf:Bag></pdfaExtension:schemas>";
const RDF_END: &[u8] = b"</rdf:RDF></x:xmpmeta><?xpacket end=";
const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

fn structure(what: &'static str) -> FinishError {
    FinishError::Structure { what }
}

/// The edits that declare the attached XML: the length of the metadata stream, the schema among
/// those a PDF/UA file declares anyway, the properties behind the last description.
pub(super) fn declare_factur_x(table: &Table<'_>) -> Result<Vec<Edit>, FinishError> {
    let catalog = table.catalog()?;
    require_attachment(table, catalog)?;
    let metadata = reference(catalog, b"/Metadata ").ok_or(structure("metadata"))?;
    let object = table.object(metadata)?;
    let bytes = &table.pdf[object.clone()];
    let (length, digits, body) = stream(bytes)?;
    let packet = bytes
        .get(body..body + length)
        .ok_or(structure("metadata stream"))?;
    let closed = bytes[body + length..].starts_with(b"\nendstream\nendobj\n");
    if !closed || !packet.starts_with(b"<?xpacket begin=") {
        return Err(structure("metadata stream of the stated length"));
    }
    if find(packet, NAMESPACE.as_bytes()).is_some() {
        return Err(FinishError::AlreadyDeclared);
    }
    let insert = |needle, what, text: String| {
        let at = object.start + body + only(packet, needle, what)?;
        Ok(Edit {
            at: at..at,
            bytes: text.into_bytes(),
        })
    };
    let schema = insert(SCHEMAS_END, "list of extension schemas", schema())?;
    let properties = insert(RDF_END, "end of the metadata", properties())?;
    let grown = length + schema.bytes.len() + properties.bytes.len();
    let start = object.start + LENGTH.len();
    let length = Edit {
        at: start..start + digits,
        bytes: grown.to_string().into_bytes(),
    };
    Ok(vec![length, schema, properties])
}

const LENGTH: &[u8] = b"<</Length ";
const METADATA: &[u8] = b"/Type/Metadata/Subtype/XML>>\nstream\n";

/// Stated length, its digits, and where the stream begins.
fn stream(object: &[u8]) -> Result<(usize, usize, usize), FinishError> {
    let what = "uncompressed metadata stream";
    let rest = object.strip_prefix(LENGTH).ok_or(structure(what))?;
    let (length, digits) = number(rest).ok_or(structure(what))?;
    if rest[digits..].starts_with(METADATA) {
        Ok((length, digits, LENGTH.len() + digits + METADATA.len()))
    } else {
        Err(structure(what))
    }
}

/// The XML must be there as another form of the document before it is declared.
fn require_attachment(table: &Table<'_>, catalog: &[u8]) -> Result<(), FinishError> {
    let named = format!("/EmbeddedFiles<</Names[({FACTUR_X_FILE})");
    let listed = find(catalog, named.as_bytes()).is_some();
    let file = reference(catalog, b"/AF[")
        .filter(|_| listed)
        .ok_or(FinishError::NotAttached)?;
    let specification = &table.pdf[table.plain(file)?];
    if find(specification, b"/AFRelationship/Alternative").is_some() {
        Ok(())
    } else {
        Err(FinishError::NotAttached)
    }
}

fn only(haystack: &[u8], needle: &[u8], what: &'static str) -> Result<usize, FinishError> {
    let at = find(haystack, needle).ok_or(structure(what))?;
    match find(&haystack[at + needle.len()..], needle) {
        None => Ok(at),
        Some(_) => Err(structure(what)),
    }
}

/// The extension schema: what each property of the namespace means.
fn schema() -> String {
    let mut text = format!(
        "<rdf:li rdf:parseType=\"Resource\">\
         <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    );
    for (name, meaning) in [
        ("DocumentFileName", "The name of the embedded XML document"),
        (
            "DocumentType",
            "The type of the hybrid document in capital letters",
        ),
        (
            "Version",
            "The actual version of the standard applying to the embedded XML document",
        ),
        (
            "ConformanceLevel",
            "The conformance level of the embedded XML document",
        ),
    ] {
        text.push_str(&format!(
            "<rdf:li rdf:parseType=\"Resource\">\
             <pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{meaning}</pdfaProperty:description>\
             <pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        ));
    }
    text.push_str("</rdf:Seq></pdfaSchema:property></rdf:li>");
    text
}

/// The four properties themselves.
fn properties() -> String {
    format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"{NAMESPACE}\">\
         <fx:DocumentType>INVOICE</fx:DocumentType>\
         <fx:DocumentFileName>{FACTUR_X_FILE}</fx:DocumentFileName>\
         <fx:Version>1.0</fx:Version>\
         <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>"
    )
}
