/* Making entries out of certificates and keys, for the operations that put some into a database. */
#ifndef OP_ENTRY_MAKE_H
#define OP_ENTRY_MAKE_H

#include "op/op.h"
#include "pki/key.h"

/* A new entry with this certificate (copied) and, for a key entry, this PrivateKeyInfo (taken over,
 * *pkcs8 becomes NULL; NULL makes a certificate entry). One reference, the caller's. RC_NO_MEMORY.
 */
NODISCARD enum rc entry_make(struct entry **e, struct span label, struct span cert,
			     struct secret **pkcs8);

/* A new request with this PKCS#10 (may be empty) and PrivateKeyInfo (taken over). */
NODISCARD enum rc request_make(struct request **r, struct span label, struct span csr,
			       struct secret **pkcs8);

enum if_exists { IF_EXISTS_FAIL, IF_EXISTS_KEEP, IF_EXISTS_REPLACE };

/* What --if-exists says. */
enum if_exists if_exists_of(const struct args *args);

/* Adds e to db; where its label is taken, words say by what, and with IF_EXISTS_REPLACE e takes its
 * place. The same certificate under another label is RC_DUPLICATE with words. */
NODISCARD enum rc entry_put(struct kdb *db, struct entry *e, enum if_exists how, struct err *err);

/* Opens the private key of an entry for use; the caller frees it. Words name the entry. */
NODISCARD enum rc entry_key(struct key **key, const struct entry *e, struct pw *pw,
			    struct err *err);

/* RC_MISMATCH with words when the private key of e is not its certificate's; RC_OK also where there
 * is none, or it cannot be opened. RC_NO_MEMORY. */
NODISCARD enum rc entry_check_key(const struct entry *e, struct pw *pw, struct err *err);

/* The same, and also when the key says another public key than its own (codec_prove_key): for what
 * comes in. */
NODISCARD enum rc entry_prove_key(const struct entry *e, struct pw *pw, struct err *err);

/* True when e, whose key is open, is what is there (pw opens that): the same certificate or, of
 * secret keys, the same bytes. Labels are not looked at. */
bool entry_same(const struct entry *there, const struct entry *e, struct pw *pw);

/* RC_DUPLICATE with words when the label is taken among the entries (folded). */
NODISCARD enum rc entry_label_free(const struct kdb *db, const char *label, struct err *err);

/* RC_DUPLICATE with words when the label is taken among the requests (folded). */
NODISCARD enum rc request_label_free(const struct kdb *db, const char *label, struct err *err);

/* The SubjectPublicKeyInfo of a request: of its PKCS#10, else of its key (pw needed). Appends. */
NODISCARD enum rc request_spki(struct buf *spki, const struct request *r, struct pw *pw);

#endif
