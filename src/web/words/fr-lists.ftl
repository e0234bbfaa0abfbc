# What every list has: sorting, columns, saved views, exports.

