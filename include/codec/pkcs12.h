/* PKCS#12 (RFC 7292): our database, other programs' files, and the usual form for exports.
 *
 * A database is one PFX, DER, every part plain Data of 1 to 32 bags:
 *   keys      pkcs8ShroudedKeyBag, the default key first
 *   certs     certBag: the keys' own certificates, then all others
 *   others    what is not understood, as it came; what was encrypted, in EncryptedData
 *   secrets   secretBag: requests and secret keys; last of all one empty safeContentsBag with the
 *             metadata
 * The MAC is SHA-256 over all of it; keys are shrouded one by one with PBES2 (PBKDF2-HMAC-SHA256,
 * AES-256-CBC). Certificates and labels are in the clear, so lists need no passphrase. */
#ifndef CODEC_PKCS12_H
#define CODEC_PKCS12_H

#include "codec/codec.h"

/* Writes entries (key entries with open_key set, or shrouded under pw; certificates) in the usual
 * form that other products read: one encrypted part of certificates, shrouded keys, MAC with
 * SHA-256, AES-256. Labels become friendlyNames; a key and its certificate share a localKeyID.
 * trusted ones get Java's attribute. The MAC's salt is db's where that has one of PBE_SALT_SIZE
 * bytes (files of one passphrase then need one derivation), else a new one. */
NODISCARD enum rc pkcs12_export(const struct kdb *db, struct buf *out, struct pw *pw,
				struct err *err);

/* True when the bag that a certificate of a PKCS#12 file came in has Java's attribute: without it
 * Java sees the certificate in the chain of a key only. */
bool pkcs12_has_java(const struct entry *e);

#endif
