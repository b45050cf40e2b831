/* What there is to say about an entry or request, for views: text and JSON print the same facts. */
#ifndef OP_FACTS_H
#define OP_FACTS_H

#include "model/kdb.h"
#include "op/result.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/key.h"

enum facts_kind { FACTS_KEY, FACTS_CERT, FACTS_REQUEST, FACTS_SECRET };

/* Cheap: nothing is digested or allocated here. Spans borrow from the entry. */
struct facts {
	enum facts_kind kind;
	struct span label;
	bool is_default;
	bool trusted;
	bool has_cert; /* cert is filled */
	bool has_csr;  /* csr is filled */
	bool ca;
	struct cert cert;
	struct csr csr;
	struct span spki;       /* empty when there is none */
	struct span names;      /* contents of GeneralNames */
	char key[KEY_NAME_MAX]; /* "" when unknown */
};

/* Fills it in for a row of db; db may be NULL (then never default). A certificate that cannot be
 * parsed leaves has_cert false. */
void facts_of(struct facts *f, const struct row *row, const struct kdb *db);

/* The same without spki, names and key, for lists that do not show them. */
void facts_brief_of(struct facts *f, const struct row *row, const struct kdb *db);

/* For a key that came without a certificate and is open: appends its public key to *spki, which f
 * then borrows from, and names it. Nothing for others. */
void facts_add_open_key(struct facts *f, const struct row *row, struct buf *spki);

/* "key", "cert", "request", "secret". Static. */
const char *facts_kind_name(enum facts_kind kind);

/* True when a request of db waits to replace this entry's certificate. Costs a digest only where db
 * has such requests. */
bool facts_pending(const struct entry *e, const struct kdb *db);

#endif
