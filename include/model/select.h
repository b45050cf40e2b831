/* Finding entries by what users write, and by what they want to see. */
#ifndef MODEL_SELECT_H
#define MODEL_SELECT_H

#include "model/kdb.h"
#include "pki/cert.h"

/* The entry for LABEL as it stands in a command: an exact label, "sha256:HEX" (8 digits or more),
 * "#N" (the N-th of the list). RC_NO_LABEL with words and, where one is near, a hint
 * ("there is 'Web'"); RC_AMBIGUOUS for a digest that several have. An exact label wins. */
NODISCARD enum rc select_entry(const struct entry **e, const struct kdb *db, const char *text,
			       struct err *err);

/* The request for LABEL: exact, or "#N" of the request list. */
NODISCARD enum rc select_request(const struct request **r, const struct kdb *db, const char *text,
				 struct err *err);

/* Puts into name, which is empty, what means e in a command and is safe on a terminal: its label
 * where that is, else "sha256:HEX" or, without a certificate, "#N". RC_AMBIGUOUS where that means
 * another: the label of another may be anything, too. */
NODISCARD enum rc select_put_entry(struct buf *name, const struct kdb *db, const struct entry *e);

/* The same for a request: its label or "#N". */
NODISCARD enum rc select_put_request(struct buf *name, const struct kdb *db,
				     const struct request *r);

/* The entry that issued c (subject, key identifier, signature), itself for a self-signed one; NULL
 * when it is not here. Walks all entries but checks few signatures; for many certificates at once
 * build a path_set. */
const struct entry *select_issuer(const struct kdb *db, const struct cert *c);

/* The entries whose certificate has this public key (whole SPKI): calls each(self, e) until it
 * returns false. */
void select_by_key(const struct kdb *db, struct span spki,
		   bool (*each)(void *self, const struct entry *e), void *self);

/* True when an entry of db other than e has a certificate that e's certificate issued. */
bool select_has_issued(const struct kdb *db, const struct entry *e);

#endif
