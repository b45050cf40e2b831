/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with what a file holds. */

#include "op/show-problems.h"

#include "base/env.h"
#include "base/text.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/dn.h"
#include "pki/key.h"

/* A chain is short; a bundle of many is in no order, and comparing all with all would be quadratic.
 */
enum { CHAIN_MAX = 64, WEAK_TEXT_MAX = 200 };

/* Signatures that are verified of one file, as key_verify_cost counts them: half a second of them
 * with most keys. */
enum { SIGNATURES_MAX = 5000 };

/* Longer keys are used for longer than a reader waits; what takes them in looks at them. */
enum { PROVEN_BITS_MAX = 4096 };

struct signatures {
	uint64_t cost;
	size_t verified;
	size_t left_out;
};

struct about {
	struct warnings *problems;
	const char *subject;
};

static void
found(void *self, const char *code, const char *message)
{
	struct about *a = self;

	warnings_add(a->problems, code, "%s: %s", a->subject, message);
}

static void
cert_dates(const struct about *a, const struct cert *c)
{
	char when[TEXT_TIME_MAX];

	if (c->not_after < env_now()) {
		warnings_add(a->problems, "expired", "%s: expired on %s", a->subject,
			     text_time(when, c->not_after));
	} else if (c->not_before > env_now()) {
		warnings_add(a->problems, "not-yet-valid", "%s: not valid before %s", a->subject,
			     text_time(when, c->not_before));
	}
}

static bool
may_verify(struct signatures *s, struct span spki)
{
	uint64_t cost = key_verify_cost(spki);
	bool may = cost <= SIGNATURES_MAX - s->cost;

	s->cost += may ? cost : 0;
	s->verified += may;
	s->left_out += !may;
	return may;
}

static void
about_cert(struct warnings *problems, struct signatures *s, struct span der)
{
	struct buf subject = BUF_INIT;
	struct about a = { .problems = problems };
	const char *where = "";
	struct cert cert;

	if (cert_parse(&cert, der, &where)) {
		warnings_add(problems, "bad-certificate",
			     "a certificate cannot be read: its %s is wrong", where);
		return;
	}
	dn_put(&subject, cert.subject);
	a.subject = subject.size ? buf_text(&subject) : "(no subject)";
	cert_dates(&a, &cert);
	if (!cert_seems_self_signed(&cert) || may_verify(s, cert.spki))
		cert_problems(&cert, found, &a);
	else
		cert_problems_of_form(&cert, found, &a);
	buf_release(&subject);
}

static void
about_csr(struct warnings *problems, struct signatures *s, struct span der)
{
	const char *where = "";
	char weak[WEAK_TEXT_MAX];
	struct csr csr;
	const char *why;

	if (csr_parse(&csr, der, &where)) {
		warnings_add(problems, "bad-request", "a request cannot be read: its %s is wrong",
			     where);
		return;
	}
	if (may_verify(s, csr.spki) && csr_verify(&csr) == RC_INVALID)
		warnings_add(problems, "bad-signature", "the request's own signature is wrong");
	if (ext_has_duplicate(csr.extensions))
		warnings_add(problems, "duplicate-extension",
			     "the request asks for the same extension twice");
	why = key_weak(csr.spki, weak, sizeof(weak));
	if (why)
		warnings_add(problems, "weak", "the request's key is too weak: %s", why);
}

static bool
key_matches(const struct intake *in, struct span spki)
{
	struct cert cert;
	struct csr csr;

	for (size_t i = 0; i < in->count; i++) {
		struct span der = in->items[i].der.span;

		if (in->items[i].kind == ITEM_CERT && !cert_parse(&cert, der, NULL) &&
		    span_equal(cert.spki, spki))
			return true;
		/* It waits for its certificate. */
		if (in->items[i].kind == ITEM_CSR && !csr_parse(&csr, der, NULL) &&
		    span_equal(csr.spki, spki))
			return true;
	}
	return false;
}

/* Whether the key's partner is a certificate that it does not belong to: of a container, which says
 * whose it is. */
static bool
is_foreign(const struct intake *in, const struct item *key)
{
	const struct item *partner = key->partner < 0 ? NULL : &in->items[key->partner];
	struct cert cert;

	return partner && partner->kind == ITEM_CERT &&
	       !cert_parse(&cert, partner->der.span, NULL) &&
	       key_belongs(key->key, cert.spki) == RC_MISMATCH;
}

static void
note_unproven(struct warnings *notes, const struct item *key, size_t bits)
{
	struct span label = key->label.span;

	if (label.size) {
		warnings_add(notes, "not-verified",
			     "whether the private key of '%s' gives the public key that it says "
			     "was not checked, which would take too long: it has %zu bits",
			     ESC_SPAN(label), bits);
	} else {
		warnings_add(notes, "not-verified",
			     "whether a private key gives the public key that it says was not "
			     "checked, which would take too long: it has %zu bits",
			     bits);
	}
}

/* A key that says another public key than its own. */
static bool
is_lying(struct warnings *problems, struct warnings *notes, const struct item *key)
{
	struct buf spki = BUF_INIT;
	struct err words = ERR_INIT;
	enum rc rc = key_spki_of(&spki, key->key);
	size_t bits = key_size(buf_span(&spki));

	if (rc != RC_NO_MEMORY && bits > PROVEN_BITS_MAX)
		note_unproven(notes, key, bits);
	if (rc != RC_NO_MEMORY)
		rc = bits > PROVEN_BITS_MAX ? RC_OK
					    : codec_prove_key(key->label.span, key->key, &words);
	buf_release(&spki);
	if (rc == RC_MISMATCH)
		warnings_add(problems, "key-mismatch", "%s", words.message);
	problems->lost = problems->lost || rc == RC_NO_MEMORY;
	return rc != RC_OK;
}

static void
about_key(struct warnings *problems, const struct intake *in, const struct item *key)
{
	struct buf spki = BUF_INIT;

	if (is_foreign(in, key)) {
		warnings_add(problems, "key-mismatch",
			     "the private key of '%s' is not the key of its certificate",
			     ESC_SPAN(key->label.span));
	} else if (!key_spki_of(&spki, key->key) && !key_matches(in, buf_span(&spki))) {
		warnings_add(problems, "key-mismatch",
			     "a private key belongs to none of the certificates in the file");
	}
	buf_release(&spki);
}

static void
about_keys(struct warnings *problems, struct warnings *notes, const struct intake *in, size_t certs)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct item *key = &in->items[i];

		if (key->kind == ITEM_KEY && !is_lying(problems, notes, key) && certs)
			about_key(problems, in, key);
	}
}

/* True when the issuer of certificate i is in the file, but not right behind it. */
static bool
out_of_order(const struct cert *certs, size_t count, size_t i)
{
	if (cert_self_issued(&certs[i]))
		return false;
	if (i + 1 < count && dn_equal(certs[i + 1].subject, certs[i].issuer))
		return false;
	for (size_t k = 0; k < count; k++)
		if (k != i && dn_equal(certs[k].subject, certs[i].issuer))
			return true;
	return false;
}

static void
about_order(struct warnings *problems, const struct intake *in)
{
	struct cert certs[CHAIN_MAX];
	size_t count = 0;

	for (size_t i = 0; i < in->count; i++) {
		if (in->items[i].kind != ITEM_CERT)
			continue;
		if (count == CHAIN_MAX || cert_parse(&certs[count], in->items[i].der.span, NULL))
			return;
		count++;
	}
	for (size_t i = 0; i < count; i++) {
		if (out_of_order(certs, count, i)) {
			warnings_add(
			    problems, "unsorted-chain",
			    "the chain is not in order: each certificate should be followed by its "
			    "issuer; some programs refuse it");
			return;
		}
	}
}

void
show_problems(struct warnings *problems, struct warnings *notes, const struct intake *in)
{
	struct signatures signatures = { .cost = 0 };
	bool is_database = in->db.count || in->db.request_count;
	struct span last = SPAN_NONE;
	size_t certs = 0;
	size_t keys = 0;

	for (size_t i = 0; i < in->count; i++) {
		if (in->items[i].kind == ITEM_CERT) {
			/* The same again and again is checked, and told, once. */
			if (!span_equal(in->items[i].der.span, last))
				about_cert(problems, &signatures, in->items[i].der.span);
			last = in->items[i].der.span;
			certs++;
		} else if (in->items[i].kind == ITEM_CSR) {
			about_csr(problems, &signatures, in->items[i].der.span);
		}
		keys += in->items[i].kind == ITEM_KEY;
	}
	if (signatures.left_out) {
		warnings_add(notes, "not-verified",
			     "the signatures of %zu certificates and requests were not checked, "
			     "which would take too long: those of %zu others were",
			     signatures.left_out, signatures.verified);
	}
	if (keys <= CHAIN_MAX)
		about_keys(problems, notes, in, certs);
	if (!is_database)
		about_order(problems, in);
}
