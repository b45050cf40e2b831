/* PKCS#12 (RFC 7292): our database, other programs' files, and the usual form for exports. The
 * layout is that of doc/FORMAT; what is not understood survives. */
#ifndef CODEC_PKCS12_H
#define CODEC_PKCS12_H

#include "codec/codec.h"

/* Writes entries (key entries with open_key set, or shrouded under pw; certificates) in the usual
 * form that other products read: one encrypted part of certificates, shrouded keys, MAC with
 * SHA-256, AES-256. Labels become friendlyNames; a key and its certificate share a localKeyID.
 * trusted ones get Java's attribute. */
NODISCARD enum rc pkcs12_export(const struct kdb *db, struct buf *out, struct pw *pw,
				struct err *err);

#endif
