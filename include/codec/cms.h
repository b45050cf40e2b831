/* IBM's CMS key databases: versions 3, 4 and 6 of .kdb (part 0) and .rdb (part 1, its requests).
 * Not RFC 5652.
 *
 * A file is a header of 48 bytes, two checks of it and of all that follows, and slots of one size,
 * each with a record: its DER, its label, lookup values. Integers are big-endian.
 *   head     37 48, version, 02 (.rdb: 01), expiry, kind (8 bytes), slot size, count, salt (24)
 *   check 1  over the head, keyed with the passphrase: tells a wrong one
 *   check 2  over head, check 1 and slots
 *   slot     type, number, DER, label, issuer's number, five SHA-1 values, zeros
 * Certificates and labels are in the clear, private keys shrouded one by one.
 *
 * Slots stay views of the file they came from: what was not changed is written as it was, to the
 * last byte. Records that are not understood are extras. */
#ifndef CODEC_CMS_H
#define CODEC_CMS_H

#include "codec/codec.h"

enum { CMS_VERSION = 6, CMS_SLOT_USUAL = 5000, CMS_PASS_MAX = 128 };

/* Makes db, which is new and empty, one of this version (3, 4 or 6): what load would have said of
 * an empty file. */
void cms_begin(struct kdb *db, unsigned version);

/* What new keys of this version are shrouded with. */
enum pbe_form cms_shroud_form(unsigned version);

#endif
