//! A borrowing reader of the protobuf wire format. Remote write is decoded by hand on top of it:
//! nothing is copied but the label text of the series that are kept.
//! <https://protobuf.dev/programming-guides/encoding/>

use super::error::DecodeError;

/// The payload of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

impl<'a> Field<'a> {
    /// The bytes of a nested message, string or packed field.
    pub fn bytes(self) -> Result<&'a [u8], DecodeError> {
        match self {
            Field::Bytes(bytes) => Ok(bytes),
            _ => Err(malformed(0, "a nested field has the wrong wire type")),
        }
    }

    /// A string field.
    pub fn text(self) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| DecodeError::Utf8)
    }

    /// A varint field as its 64 bits.
    pub fn varint(self) -> Result<u64, DecodeError> {
        match self {
            Field::Varint(bits) => Ok(bits),
            _ => Err(malformed(0, "a number has the wrong wire type")),
        }
    }

    /// An `int64` field: two's complement in a varint.
    pub fn int64(self) -> Result<i64, DecodeError> {
        Ok(self.varint()?.cast_signed())
    }

    /// A `double` field.
    pub fn double(self) -> Result<f64, DecodeError> {
        match self {
            Field::Fixed64(bits) => Ok(f64::from_bits(bits)),
            _ => Err(malformed(0, "a double has the wrong wire type")),
        }
    }
}

/// Walks the fields of one message.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next field's number and payload, `None` at the end of the message.
    ///
    /// # Errors
    /// [`DecodeError::Protobuf`] when the bytes end too early, a varint has more than ten bytes, or
    /// the wire type is a group or unknown.
    #[inline(always)]
    pub fn next(&mut self) -> Result<Option<(u32, Field<'a>)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).map_err(|_| self.wrong("field number too large"))?;
        if number == 0 {
            return Err(self.wrong("field number 0"));
        }
        let field = match key & 7 {
            0 => Field::Varint(self.varint()?),
            1 => Field::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = self.varint()?;
                let length = usize::try_from(length).map_err(|_| self.wrong("length too large"))?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Fixed32(u32::from_le_bytes(self.array()?)),
            _ => return Err(self.wrong("groups and unknown wire types are not accepted")),
        };
        Ok(Some((number, field)))
    }

    /// A bare varint, as packed fields hold them. Most have one byte: keys, lengths, references.
    #[inline(always)]
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        match self.rest.split_first() {
            Some((byte, rest)) if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, DecodeError> {
        let mut bits = 0_u64;
        for (index, byte) in self.rest.iter().enumerate().take(10) {
            bits |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Ok(bits);
            }
        }
        Err(self.wrong("a varint does not end"))
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.wrong("a field is longer than its message"));
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((taken, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.wrong("a number is cut off"));
        };
        self.rest = rest;
        Ok(*taken)
    }

    #[cold]
    fn wrong(&self, reason: &'static str) -> DecodeError {
        malformed(self.rest.len(), reason)
    }
}

fn malformed(offset: usize, reason: &'static str) -> DecodeError {
    DecodeError::Protobuf { offset, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order_and_cut_ones_are_refused() {
        let bytes = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i'];
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.next(), Ok(Some((1, Field::Varint(150)))));
        assert_eq!(reader.next(), Ok(Some((2, Field::Bytes(b"hi")))));
        assert_eq!(reader.next(), Ok(None));
        for length in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..length]);
            let outcome = loop {
                match reader.next() {
                    Ok(Some(_)) => {}
                    other => break other,
                }
            };
            let whole_fields = matches!(length, 0 | 3);
            assert_eq!(outcome.is_ok(), whole_fields, "{length} bytes");
        }
    }

    #[test]
    fn groups_endless_varints_and_field_zero_are_refused() {
        for bytes in [
            &[0x0b_u8][..],
            &[0x08, 0xff, 0xff, 0xff][..],
            &[0xff; 16],
            &[0x00, 0x00],
        ] {
            let error = Reader::new(bytes).next().unwrap_err();
            assert_eq!(error.code(), "telemetry.protobuf");
        }
    }
}
