/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set that paths are built from: an index by subject, and who may have issued what. */
#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/path-parts.h"

#include <stdlib.h>

/* How many members of one subject are looked at: a real one has a handful. The trusted stand first,
 * so that a file full of helpers cannot push them out. */
enum { SCAN_MAX = 1000 };

static uint64_t
hash_bytes(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.size; i++)
		hash = (hash ^ s.data[i]) * 1099511628211U;
	return hash;
}

/* FNV-1a over the letters and digits of folded text, so that case and blanks do not matter. */
static uint64_t
hash_text(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = s.data[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			hash = (hash ^ c) * 1099511628211U;
	}
	return hash;
}

/* Room to work in. */
struct scratch {
	struct buf text;
	struct buf folded;
};

static void
scratch_release(struct scratch *scratch)
{
	buf_release(&scratch->text);
	buf_release(&scratch->folded);
}

static bool
scratch_bad(const struct scratch *scratch)
{
	return scratch->text.bad || scratch->folded.bad;
}

/* A hash that is the same for all names that dn_equal takes for the same. The sum makes the order
 * within an RDN of no account. */
static uint64_t
hash_name(struct span name, struct scratch *scratch)
{
	struct buf *text = &scratch->text;
	struct buf *folded = &scratch->folded;
	struct span rdns;
	struct span rdn = SPAN_NONE;
	struct span type;
	struct span value;
	unsigned tag;
	uint64_t sum = 0;

	if (der_only(name, DER_SEQUENCE, &rdns))
		return 0;
	while (!dn_next(&rdns, &rdn, &type, &tag, &value)) {
		uint64_t hash = hash_bytes(14695981039346656037U, type);

		buf_cut(text, 0);
		buf_cut(folded, 0);
		(void)der_string(text, tag, value); /* what is no text appends none */
		text_fold_all(folded, buf_span(text));
		sum += hash_text(hash, buf_span(folded));
	}
	return sum;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct path_key *x = a;
	const struct path_key *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->trusted != y->trusted)
		return x->trusted ? -1 : 1;
	if (x->member != y->member)
		return x->member < y->member ? -1 : 1;
	return 0;
}

/* The first key with this hash, or the set's end. */
static size_t
first_with(const struct path_set *set, uint64_t hash)
{
	size_t low = 0;
	size_t high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->by_subject[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How far the key identifiers agree that issuer issued c: 2 yes, 1 they do not say, 0 no. */
static unsigned
key_ids_agree(const struct cert *c, const struct cert *issuer)
{
	struct span wanted = cert_issuer_key_id(c);
	struct span there = cert_key_id(issuer);

	if (!wanted.size || !there.size)
		return 1;
	return span_equal(wanted, there) ? 2 : 0;
}

/* Whose issuer is looked for. */
struct lookup {
	const struct path_set *set;
	const struct cert *c;
	uint64_t hash; /* of its issuer's name */
};

/* Calls visit for every member with the issuer's name but c itself, until it returns false. */
static void
each_issuer(const struct lookup *l, bool (*visit)(void *self, size_t member), void *self)
{
	const struct path_set *set = l->set;
	size_t at = first_with(set, l->hash);

	for (size_t i = at; i < set->count && i - at < SCAN_MAX; i++) {
		const struct path_key *key = &set->by_subject[i];
		const struct cert *other = &set->members[key->member].cert;

		if (key->hash != l->hash)
			break;
		if (!dn_equal(other->subject, l->c->issuer) || span_equal(other->der, l->c->der))
			continue;
		if (!visit(self, key->member))
			break;
	}
}

struct presence {
	const struct path_set *set;
	const struct cert *c;
	bool here;
};

/* Helpers that a file brought along are not "here". */
static bool
note_presence(void *self, size_t member)
{
	struct presence *p = self;
	const struct path_member *m = &p->set->members[member];

	if ((m->trusted || !m->usable) && key_ids_agree(p->c, &m->cert))
		p->here = true;
	return !p->here;
}

/* Whether the issuer is there of one that needs it. */
static bool
find_presence(const struct path_set *set, const struct cert *c, struct scratch *scratch)
{
	struct lookup l = { .set = set, .c = c };
	struct presence p = { .set = set, .c = c };

	if (cert_seems_self_signed(c))
		return false;
	l.hash = hash_name(c->issuer, scratch);
	each_issuer(&l, note_presence, &p);
	return p.here;
}

enum rc
path_set_prepare(struct path_set *set)
{
	struct scratch scratch = { .text = BUF_INIT, .folded = BUF_INIT };
	enum rc rc = RC_OK;

	set->by_subject = calloc(set->count + 1, sizeof(*set->by_subject));
	if (!set->by_subject)
		return RC_NO_MEMORY;
	for (size_t i = 0; i < set->count; i++) {
		set->by_subject[i].hash = hash_name(set->members[i].cert.subject, &scratch);
		set->by_subject[i].member = i;
		set->by_subject[i].trusted = set->members[i].trusted;
	}
	qsort(set->by_subject, set->count, sizeof(*set->by_subject), compare_keys);
	for (size_t i = 0; i < set->count; i++) {
		struct path_member *m = &set->members[i];

		m->issuer_here = find_presence(set, &m->cert, &scratch);
	}
	if (scratch_bad(&scratch)) {
		rc = RC_NO_MEMORY;
		path_set_release(set);
	}
	scratch_release(&scratch);
	return rc;
}

void
path_set_release(struct path_set *set)
{
	free(set->by_subject);
	set->by_subject = NULL;
}

struct gathering {
	const struct path_set *set;
	const struct cert *c;
	int64_t at;
	bool all; /* those that are not usable too */
	unsigned score[PATH_CANDIDATES_MAX];
	struct path_candidates *out;
};

/* Puts a member among the candidates, behind those of the same score. */
static bool
gather(void *self, size_t member)
{
	struct gathering *g = self;
	const struct path_member *m = &g->set->members[member];
	unsigned score = key_ids_agree(g->c, &m->cert) * 4;
	size_t i = g->out->count;

	if (!m->usable && !g->all) {
		g->out->off = true;
		return true;
	}
	if (g->at >= m->cert.not_before && g->at <= m->cert.not_after)
		score += 2;
	if (m->trusted)
		score += 1;
	if (i == PATH_CANDIDATES_MAX && g->score[i - 1] >= score)
		return true;
	if (i < PATH_CANDIDATES_MAX)
		g->out->count++;
	else
		i--;
	for (; i > 0 && g->score[i - 1] < score; i--) {
		g->score[i] = g->score[i - 1];
		g->out->member[i] = g->out->member[i - 1];
	}
	g->score[i] = score;
	g->out->member[i] = member;
	return true;
}

static void
run_gathering(struct gathering *g)
{
	struct scratch scratch = { .text = BUF_INIT, .folded = BUF_INIT };
	struct lookup l = { .set = g->set, .c = g->c };

	g->out->count = 0;
	g->out->off = false;
	l.hash = hash_name(g->c->issuer, &scratch);
	g->out->bad = scratch_bad(&scratch);
	each_issuer(&l, gather, g);
	scratch_release(&scratch);
}

void
path_candidates(const struct path_set *set, const struct cert *c, int64_t at,
		struct path_candidates *out)
{
	struct gathering g = { .set = set, .c = c, .at = at, .out = out };

	run_gathering(&g);
}

long
path_issuer(const struct path_set *set, const struct cert *c)
{
	struct path_candidates candidates = { .count = 0 };
	struct gathering g = { .set = set, .c = c, .at = INT64_MIN, .all = true };

	if (cert_self_signed(c))
		return -1;
	g.out = &candidates;
	run_gathering(&g);
	for (size_t i = 0; i < candidates.count; i++) {
		const struct cert *issuer = &set->members[candidates.member[i]].cert;

		if (key_ids_agree(c, issuer) && !cert_verify(c, issuer->spki))
			return (long)candidates.member[i];
	}
	return -1;
}
