/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for a certification path, from the leaf up, depth first. Everything that RFC 5280 section
 * 6.1 asks of a certificate depends on it and on those below it only, so each is checked when it is
 * put on top, and a path that reaches its end is valid. */
#include "pki/path.h"

#include "pki/key.h"
#include "pki/path-parts.h"

#include <stdio.h>
#include <stdlib.h>

/* How near to success a failed attempt was, among those of one length. */
enum { NEAR_NO_ISSUER, NEAR_SIGNATURE, NEAR_CHECKS, NEARNESSES };

/* A certificate on the path and what may be put on it next. */
struct step {
	size_t member; /* of the set; nothing for the leaf */
	struct path_candidates candidates;
	size_t next;
};

struct search {
	const struct path_set *set;
	const struct path_query *query;
	struct path_result *result;
	struct path_chain chain;
	struct step steps[PATH_MAX_LENGTH + 1];
	size_t signatures; /* checked */
	size_t best;       /* one more than the score of the failure that result tells */
	bool bad;          /* out of memory */
};

/* Keeps this failure if no longer path was tried before. `more` is on top of the chain, for the
 * member that failed, if there is one. */
static void
note(struct search *s, const struct path_fault *fault, unsigned nearness, const size_t *more)
{
	size_t score = (s->chain.count - 1) * NEARNESSES + nearness + 1;
	struct path_result *r = s->result;

	if (score <= s->best)
		return;
	s->best = score;
	r->code = fault->code;
	(void)snprintf(r->reason, sizeof(r->reason), "%s", fault->reason);
	r->length = 0;
	for (size_t i = 1; i < s->chain.count; i++)
		r->path[r->length++] = s->steps[i].member;
	if (more && r->length < PATH_MAX_LENGTH)
		r->path[r->length++] = *more;
}

/* Why the path cannot go on from its top, when nothing better is found. */
static void
note_end(struct search *s)
{
	const struct cert *c = s->chain.cert[s->chain.count - 1];
	const struct path_candidates *candidates = &s->steps[s->chain.count - 1].candidates;
	struct path_fault fault;
	char name[PATH_SUBJECT_MAX];

	if (candidates->off && !candidates->count) {
		(void)path_fault(&fault, c, "not-trusted",
				 "was issued by '%s', which is switched off",
				 path_name(name, c->issuer, c));
	} else if (!cert_seems_self_signed(c)) {
		(void)path_fault(&fault, c, "no-issuer", "was issued by '%s', which is not here",
				 path_name(name, c->issuer, c));
	} else if (cert_verify(c, c->spki) == RC_INVALID) {
		(void)path_fault(&fault, c, "bad-signature", "has a wrong signature");
	} else {
		(void)path_fault(&fault, c, "not-trusted", "is self-signed and not trusted");
	}
	note(s, &fault, NEAR_NO_ISSUER, NULL);
}

/* Makes the top of the chain the place to go on from. */
static void
open_step(struct search *s, size_t member)
{
	struct step *step = &s->steps[s->chain.count - 1];

	step->member = member;
	step->next = 0;
	path_candidates(s->set, s->chain.cert[s->chain.count - 1], s->query->at, &step->candidates);
	s->bad = s->bad || step->candidates.bad;
	note_end(s);
}

/* The same certificate, or the same name and key, twice on a path is a loop. */
static bool
is_on_chain(const struct search *s, const struct cert *c)
{
	for (size_t i = 0; i < s->chain.count; i++) {
		const struct cert *other = s->chain.cert[i];

		if (span_equal(other->der, c->der))
			return true;
		if (span_equal(other->spki, c->spki) && span_equal(other->subject, c->subject))
			return true;
	}
	return false;
}

/* Certificates between the leaf and a next issuer, without the self-issued: what path length
 * constraints count. */
static size_t
count_below(const struct search *s)
{
	size_t count = 0;

	for (size_t i = 1; i < s->chain.count; i++)
		count += !cert_self_issued(s->chain.cert[i]);
	return count;
}

static void
fault_signature(struct path_fault *fault, const struct cert *c, const struct cert *issuer,
		enum rc rc)
{
	struct buf algorithm = BUF_INIT;
	char name[PATH_SUBJECT_MAX];

	cert_put_signature(&algorithm, c);
	if (rc == RC_UNSUPPORTED) {
		(void)path_fault(fault, c, "unsupported-algorithm",
				 "is signed with %.80s, which cannot be checked here",
				 buf_text(&algorithm));
	} else {
		(void)path_fault(fault, c, rc == RC_DAMAGED ? "damaged" : "bad-signature",
				 "has a wrong signature: not by '%s'",
				 path_name(name, issuer->subject, issuer));
	}
	buf_release(&algorithm);
}

/* Signature and all checks of a candidate. False with the failure noted. */
static bool
check_member(struct search *s, size_t member)
{
	const struct cert *issuer = &s->set->members[member].cert;
	const struct cert *top = s->chain.cert[s->chain.count - 1];
	struct path_fault fault;
	enum rc rc;

	s->signatures++;
	rc = path_verify(&s->chain, issuer);
	if (rc) {
		s->bad = s->bad || rc == RC_NO_MEMORY;
		fault_signature(&fault, top, issuer, rc);
		note(s, &fault, NEAR_SIGNATURE, NULL);
		return false;
	}
	if (s->chain.count > PATH_MAX_LENGTH) {
		(void)path_fault(&fault, top, "path-too-long", "is the %dth on the path",
				 PATH_MAX_LENGTH + 1);
		note(s, &fault, NEAR_CHECKS, NULL);
		return false;
	}
	if (path_check_issuer(issuer, count_below(s), s->query, &fault) &&
	    path_check_names(issuer, &s->chain, &fault))
		return true;
	note(s, &fault, NEAR_CHECKS, &member);
	return false;
}

/* True when a path may end here. */
static bool
is_end(const struct path_member *m)
{
	return m->trusted && (!m->issuer_here || cert_seems_self_signed(&m->cert)) &&
	       !path_lacks_parameters(m->cert.spki);
}

/* Tries a candidate on top. True when that made the path whole. */
static bool
try_member(struct search *s, size_t member)
{
	const struct path_member *m = &s->set->members[member];

	if (is_on_chain(s, &m->cert) || !check_member(s, member))
		return false;
	s->chain.cert[s->chain.count++] = &m->cert;
	if (!is_end(m)) {
		open_step(s, member);
		return false;
	}
	s->steps[s->chain.count - 1].member = member;
	return true;
}

static void
fault_complex(struct search *s)
{
	struct path_fault fault;

	(void)path_fault(&fault, s->chain.cert[0], "too-complex",
			 "has too many possible paths: gave up after %d signatures", PATH_WORK_MAX);
	s->best = 0;
	s->chain.count = 1;
	note(s, &fault, NEAR_CHECKS, NULL);
}

/* True when a path was found; it is then what the chain holds. */
static bool
walk(struct search *s)
{
	open_step(s, 0);
	while (s->chain.count > 0) {
		struct step *step = &s->steps[s->chain.count - 1];

		if (step->next == step->candidates.count) {
			s->chain.count--;
			continue;
		}
		if (s->signatures >= PATH_WORK_MAX) {
			fault_complex(s);
			return false;
		}
		if (try_member(s, step->candidates.member[step->next++]))
			return true;
	}
	return false;
}

/* A leaf that is itself a trusted, self-signed member is a path of its own. */
static bool
is_trusted_leaf(const struct path_set *set, const struct cert *leaf)
{
	if (!cert_self_signed(leaf))
		return false;
	for (size_t i = 0; i < set->count; i++) {
		const struct path_member *m = &set->members[i];

		if (m->trusted && m->usable && span_equal(m->cert.der, leaf->der))
			return true;
	}
	return false;
}

/* Weak keys, and weak signatures but those of the last one if it is self-signed: nobody relies on
 * its signature. */
static bool
is_weak(const struct path_set *set, const struct cert *leaf, const struct path_result *r)
{
	char text[PATH_SUBJECT_MAX];
	const struct cert *c = leaf;

	for (size_t i = 0;; i++) {
		bool last = i == r->length;

		if (last && cert_seems_self_signed(c))
			return key_weak(c->spki, text, sizeof(text)) != NULL;
		if (cert_weak(c, text, sizeof(text)))
			return true;
		if (last)
			return false;
		c = &set->members[r->path[i]].cert;
	}
}

static void
take_fault(struct path_result *r, const struct path_fault *fault)
{
	r->code = fault->code;
	(void)snprintf(r->reason, sizeof(r->reason), "%s", fault->reason);
}

/* Host names are looked at last: an unknown issuer is the worse news. */
static void
finish(struct search *s, const struct cert *leaf)
{
	struct path_result *r = s->result;
	struct path_fault fault;

	r->length = 0;
	for (size_t i = 1; i < s->chain.count; i++)
		r->path[r->length++] = s->steps[i].member;
	r->code = NULL;
	r->reason[0] = '\0';
	r->valid = !s->query->host || path_check_host(leaf, s->query->host, &fault);
	if (!r->valid)
		take_fault(r, &fault);
}

enum rc
path_find(const struct path_set *set, const struct cert *leaf, const struct path_query *query,
	  struct path_result *result)
{
	struct search *s = calloc(1, sizeof(*s));
	struct path_fault fault;
	enum rc rc = RC_OK;

	*result = (struct path_result){ .valid = false };
	if (!s)
		return RC_NO_MEMORY;
	s->set = set;
	s->query = query;
	s->result = result;
	s->chain.cert[0] = leaf;
	s->chain.count = 1;
	if (!path_check_leaf(leaf, query, &fault))
		take_fault(result, &fault);
	else if (is_trusted_leaf(set, leaf) || walk(s))
		finish(s, leaf);
	result->weak = is_weak(set, leaf, result);
	if (s->bad)
		rc = RC_NO_MEMORY;
	free(s);
	return rc;
}
