/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GSKit calls a strong password, and random ones. */
#include "base/env.h"
#include "base/text.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum {
	STRONG_LEAST = 14,
	STRONG_MOST = 300,
	PLAIN_MOST = 4096,
	TIMES_MOST = 3, /* how often a character may come */
	IN_A_ROW = 2,
	CHARACTERS = 256,
};

/* Others have to be quoted, or thrown away, in a script. */
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* What a password is made of. */
struct makeup {
	size_t size;
	size_t most;  /* times of the most frequent character */
	size_t a_row; /* the longest run of one */
	bool lower;
	bool upper;
	bool other;
	bool odd; /* something that is not printable ASCII */
};

/* What kind of character it is. */
static void
count_kind(struct makeup *m, unsigned char c)
{
	if (c < ' ' || c > '~')
		m->odd = true;
	else if (c >= 'a' && c <= 'z')
		m->lower = true;
	else if (c >= 'A' && c <= 'Z')
		m->upper = true;
	else
		m->other = true;
}

static void
look_at(struct makeup *m, struct span text)
{
	size_t times[CHARACTERS] = { 0 };
	size_t row = 0;
	size_t most;

	*m = (struct makeup){ .size = text.size };
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = text.data[i];

		count_kind(m, c);
		row = i && text.data[i - 1] == c ? row + 1 : 1;
		most = ++times[c];
		m->a_row = row > m->a_row ? row : m->a_row;
		m->most = most > m->most ? most : m->most;
	}
	explicit_bzero(times, sizeof(times));
}

static const char *
find_fault(const struct makeup *m)
{
	if (m->odd)
		return "it has a character that is not printable ASCII";
	if (m->size < STRONG_LEAST)
		return "it has fewer than 14 characters";
	if (!m->lower || !m->upper || !m->other)
		return "it needs a lower-case letter, an upper-case letter, and a digit or special "
		       "character";
	if (m->most > TIMES_MOST)
		return "a character comes more than three times";
	if (m->a_row > IN_A_ROW)
		return "a character comes more than twice in a row";
	return NULL;
}

enum rc
gskit_check_strong(struct gskit *g, const struct secret *pw, struct err *err)
{
	struct makeup m;
	const char *fault;

	if (!pw || !g->values[GSKIT_STRONG])
		return RC_OK;
	look_at(&m, secret_span(pw));
	fault = find_fault(&m);
	if (!fault)
		return RC_OK;
	return gskit_refuse(g, GSKIT_WEAK_PASSWORD,
			    err_set(err, RC_POLICY, "the password is not strong: %s", fault), err);
}

/* --- Random ones --- */

/* A character of letters, each as likely. */
static enum rc
draw(unsigned char *c)
{
	const unsigned count = sizeof(letters) - 1;
	unsigned char byte;
	enum rc rc;

	do {
		rc = env_random(&byte, 1);
	} while (!rc && byte >= 256 / count * count);
	*c = rc ? 0 : (unsigned char)letters[byte % count];
	explicit_bzero(&byte, 1);
	return rc;
}

/* How often a character may come: three times, unless so many are wanted that it must be more. */
static size_t
times_allowed(size_t size)
{
	size_t least = size / (sizeof(letters) - 1) + 1;

	return least > TIMES_MOST ? least + 1 : TIMES_MOST;
}

/* Fills pw so that -strong would take it, if that is asked for. */
static enum rc
fill(struct secret *pw, bool strong)
{
	size_t size = secret_size(pw);
	struct makeup m;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < size;) {
		rc = draw(&secret_data(pw)[i]);
		if (strong) {
			look_at(&m, SPAN_OF(secret_data(pw), i + 1));
			if (m.a_row > IN_A_ROW || m.most > times_allowed(size))
				continue;
		}
		i++;
	}
	return rc;
}

static enum rc
make(struct secret **pw, size_t size, bool strong)
{
	struct makeup m;
	enum rc rc = secret_new(pw, size);

	do {
		if (!rc)
			rc = fill(*pw, strong);
		if (rc)
			return rc;
		look_at(&m, secret_span(*pw));
	} while (strong && (!m.lower || !m.upper || !m.other));
	return RC_OK;
}

static enum rc
read_length(struct gskit *g, uint64_t *length, struct err *err)
{
	const char *value = g->values[GSKIT_LENGTH];
	bool strong = g->values[GSKIT_STRONG];
	unsigned least = strong ? STRONG_LEAST : 1;
	unsigned most = strong ? STRONG_MOST : PLAIN_MOST;
	enum rc rc = text_number(length, value, most);
	int code;

	if (!rc && *length >= least)
		return RC_OK;
	code = rc == RC_LIMIT ? GSKIT_LENGTH_LONG : rc ? GSKIT_LENGTH_NEGATIVE : GSKIT_LENGTH_SHORT;
	(void)err_set(err, RC_USAGE, "-length takes %u to %u%s, not '%s'", least, most,
		      strong ? " with -strong" : "", ESC(value));
	return gskit_refuse(g, code, RC_USAGE, err);
}

enum rc
gskit_random_create(struct gskit *g, struct err *err)
{
	struct out *out = g->v->out;
	struct secret *pw = NULL;
	uint64_t length = 0;
	enum rc rc = read_length(g, &length, err);

	if (!rc)
		rc = err_default(err, make(&pw, (size_t)length, g->values[GSKIT_STRONG]));
	if (!rc) {
		out_put(out, secret_span(pw));
		out_text(out, "\n");
		out_flush(out);
		explicit_bzero(out->data, (size_t)length + 1);
	}
	secret_free(&pw);
	return rc;
}
