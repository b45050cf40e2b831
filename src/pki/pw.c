/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/pw.h"

#include "base/env.h"
#include "base/task.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEYS_MAX = 16,
	LATIN1_MAX = 0xff,
	GROUPED_MAX = 32,
	AHEAD_MIN = 20000, /* iterations for which a thread pays */
};

/* One derivation. kdf.salt borrows from salt. */
struct derived {
	struct kdf kdf;
	enum pw_form form;
	struct buf salt;
	struct secret *key;
};

/* A derivation that is under way beside the caller. */
struct ahead {
	struct task task;
	struct derived made;
	struct secret *bytes;
	enum rc rc;
};

/* The most recent derivation comes first in keys. */
struct pw {
	unsigned refs;
	struct secret *pass;
	uint64_t max;
	uint64_t used;  /* of max, until proven */
	uint64_t forms; /* of what is left, for other forms than the first */
	bool proven;
	bool expects_keys;
	bool wants_approved;
	bool has_shroud;
	unsigned char salt[PBE_SALT_SIZE];
	uint64_t iterations;
	bool has_wide;
	unsigned char wide[PW_WIDE_SALT];
	struct derived keys[KEYS_MAX];
	size_t count;
	struct ahead *ahead; /* NULL: nothing is under way */
};

const enum pw_form pw_forms_text[] = { FORM_UTF8, FORM_BMP, FORM_LATIN1, FORM_BMP_Z, FORM_COUNT };
const enum pw_form pw_forms_p12[] = { FORM_BMP_Z, FORM_BYTES_Z, FORM_NOTHING, FORM_COUNT };

enum rc
pw_new(struct pw **pw, struct secret **pass, uint64_t max_iterations)
{
	*pw = calloc(1, sizeof(**pw));
	if (!*pw) {
		secret_free(pass);
		return RC_NO_MEMORY;
	}
	(*pw)->refs = 1;
	(*pw)->pass = *pass;
	*pass = NULL;
	(*pw)->max = max_iterations ? max_iterations : PBE_MAX_ITERATIONS;
	return RC_OK;
}

static void
derived_release(struct derived *d)
{
	secret_free(&d->key);
	buf_release(&d->salt);
}

static void
ahead_release(struct ahead *a)
{
	task_wait(&a->task);
	derived_release(&a->made);
	secret_free(&a->bytes);
	free(a);
}

void
pw_free(struct pw **pw)
{
	size_t i;

	if (!*pw)
		return;
	if (--(*pw)->refs) {
		*pw = NULL;
		return;
	}
	if ((*pw)->ahead)
		ahead_release((*pw)->ahead);
	for (i = 0; i < (*pw)->count; i++)
		derived_release(&(*pw)->keys[i]);
	secret_free(&(*pw)->pass);
	free(*pw);
	*pw = NULL;
}

struct pw *
pw_ref(struct pw *pw)
{
	if (pw)
		pw->refs++;
	return pw;
}

const struct secret *
pw_secret(const struct pw *pw)
{
	return pw->pass;
}

void
pw_proven(struct pw *pw)
{
	pw->proven = true;
}

enum rc
pw_set_shroud(struct pw *pw, const unsigned char *salt, uint64_t iterations)
{
	enum rc rc = RC_OK;

	if (salt)
		memcpy(pw->salt, salt, sizeof(pw->salt));
	else
		rc = env_random(pw->salt, sizeof(pw->salt));
	if (rc)
		return rc;
	pw->iterations = iterations;
	pw->has_shroud = true;
	return RC_OK;
}

uint64_t
pw_iterations(const struct pw *pw)
{
	return pw->has_shroud ? pw->iterations : 0;
}

enum rc
pw_shroud(struct pw *pw, struct span *salt, uint64_t *iterations)
{
	enum rc rc = RC_OK;

	if (!pw->has_shroud)
		rc = pw_set_shroud(pw, NULL, PBE_TYPED_ITERATIONS);
	*salt = SPAN_OF(pw->salt, sizeof(pw->salt));
	*iterations = pw->iterations;
	return rc;
}

enum rc
pw_wide_salt(struct pw *pw, struct span *salt)
{
	enum rc rc = RC_OK;

	if (!pw->has_wide)
		rc = env_random(pw->wide, sizeof(pw->wide));
	pw->has_wide = !rc;
	*salt = SPAN_OF(pw->wide, sizeof(pw->wide));
	return rc;
}

void
pw_set_wide_salt(struct pw *pw, const unsigned char *salt)
{
	memcpy(pw->wide, salt, sizeof(pw->wide));
	pw->has_wide = true;
}

/* Appends one UTF-16BE unit. */
static size_t
put_unit(unsigned char *to, size_t at, uint32_t unit)
{
	to[at] = (unsigned char)(unit >> 8);
	to[at + 1] = (unsigned char)(unit & 0xff);
	return at + 2;
}

/* to has room for two bytes a byte of text. Returns how many were filled. */
static size_t
put_bmp(unsigned char *to, struct span text)
{
	size_t at = 0;
	int32_t point;

	while ((point = text_next(&text)) >= 0) {
		if (point > 0xffff) {
			at = put_unit(to, at, 0xd800 + (((uint32_t)point - 0x10000) >> 10));
			at = put_unit(to, at, 0xdc00 + (((uint32_t)point - 0x10000) & 0x3ff));
		} else {
			at = put_unit(to, at, (uint32_t)point);
		}
	}
	return at;
}

static size_t
put_latin1(unsigned char *to, struct span text)
{
	size_t at = 0;
	int32_t point;

	while ((point = text_next(&text)) >= 0)
		to[at++] = (unsigned char)(point & LATIN1_MAX);
	return at;
}

static size_t
put_bytes(unsigned char *to, struct span text)
{
	size_t at = 0;
	size_t i;

	for (i = 0; i < text.size; i++)
		at = put_unit(to, at, text.data[i]);
	return at;
}

struct facts {
	bool ascii;
	bool latin1;
	bool utf8;
};

static struct facts
facts_of(struct span text)
{
	struct facts facts = { .ascii = true, .latin1 = true, .utf8 = true };
	int32_t point;

	while ((point = text_next(&text)) != -2) {
		if (point < 0)
			facts.utf8 = false;
		if (point < 0 || point > LATIN1_MAX)
			facts.latin1 = false;
		if (point < 0 || point > 0x7f)
			facts.ascii = false;
	}
	return facts;
}

/* Whether the form gives bytes that no form before it in its list gave. */
static bool
form_applies(enum pw_form form, struct span text)
{
	struct facts facts = facts_of(text);

	switch (form) {
	case FORM_UTF8:
		return true;
	case FORM_BMP:
		return facts.utf8 && text.size > 0;
	case FORM_LATIN1:
		return facts.latin1 && !facts.ascii;
	case FORM_BMP_Z:
		return facts.utf8;
	case FORM_BYTES_Z:
		return !facts.ascii;
	case FORM_NOTHING:
		return text.size == 0;
	case FORM_COUNT:
		break;
	}
	return false;
}

/* The passphrase in this form: a new secret, which the caller frees. RC_NOT_FOUND when it has none.
 */
static enum rc
form_make(struct secret **bytes, struct span text, enum pw_form form)
{
	size_t size = 0;
	enum rc rc;

	if (!form_applies(form, text))
		return RC_NOT_FOUND;
	rc = secret_new(bytes, 2 * text.size + 2);
	if (rc)
		return rc;
	if (form == FORM_UTF8) {
		size = text.size;
		if (size)
			memcpy(secret_data(*bytes), text.data, size);
	} else if (form == FORM_LATIN1) {
		size = put_latin1(secret_data(*bytes), text);
	} else if (form == FORM_BYTES_Z) {
		size = put_bytes(secret_data(*bytes), text);
	} else if (form == FORM_BMP || form == FORM_BMP_Z) {
		size = put_bmp(secret_data(*bytes), text);
	}
	if (form == FORM_BMP_Z || form == FORM_BYTES_Z)
		size += 2;
	secret_cut(*bytes, size);
	return RC_OK;
}

/* Moves the i-th to the front, where the next look begins. */
static struct derived *
to_front(struct pw *pw, size_t i)
{
	struct derived found = pw->keys[i];

	memmove(pw->keys + 1, pw->keys, i * sizeof(*pw->keys));
	pw->keys[0] = found;
	return &pw->keys[0];
}

/* Puts a derivation at the front; the oldest goes when there is no room. Takes d over. */
static void
remember(struct pw *pw, const struct derived *d)
{
	if (pw->count == KEYS_MAX)
		derived_release(&pw->keys[--pw->count]);
	pw->keys[pw->count] = *d;
	pw->keys[pw->count].kdf.salt = buf_span(&d->salt);
	(void)to_front(pw, pw->count++);
}

static bool
is_same(const struct derived *d, const struct kdf *kdf, enum pw_form form)
{
	return kdf_same(&d->kdf, kdf) && (form == FORM_COUNT || form == d->form);
}

/* Waits for what is under way; true when that went well, and it is the first of the keys now. */
static bool
settle(struct pw *pw)
{
	struct ahead *a = pw->ahead;
	bool good;

	task_wait(&a->task);
	good = !a->rc;
	if (good) {
		remember(pw, &a->made);
		a->made = (struct derived){ .key = NULL };
	}
	pw->ahead = NULL;
	ahead_release(a);
	return good;
}

static enum rc
derived_copy(struct derived *to, const struct derived *from)
{
	enum rc rc = secret_copy(&to->key, from->key);

	to->kdf = from->kdf;
	to->form = from->form;
	to->salt = (struct buf)BUF_INIT;
	buf_put(&to->salt, buf_span(&from->salt));
	to->kdf.salt = buf_span(&to->salt);
	return rc ? rc : buf_rc(&to->salt);
}

enum rc
pw_copy(struct pw **copy, struct pw *pw)
{
	struct secret *pass = NULL;
	struct pw *made = NULL;
	enum rc rc = RC_OK;

	*copy = NULL;
	if (!pw)
		return RC_OK;
	if (pw->ahead)
		(void)settle(pw); /* what failed is derived when it is asked for */
	rc = secret_copy(&pass, pw->pass);
	if (!rc)
		rc = pw_new(&made, &pass, pw->max);
	if (rc)
		return rc;
	made->used = pw->used;
	made->proven = pw->proven;
	made->wants_approved = pw->wants_approved;
	made->has_shroud = pw->has_shroud;
	memcpy(made->salt, pw->salt, sizeof(made->salt));
	made->iterations = pw->iterations;
	made->has_wide = pw->has_wide;
	memcpy(made->wide, pw->wide, sizeof(made->wide));
	for (; !rc && made->count < pw->count; made->count++)
		rc = derived_copy(&made->keys[made->count], &pw->keys[made->count]);
	if (rc)
		pw_free(&made);
	*copy = made;
	return rc;
}

/* What was derived with these parameters, in the form or (FORM_COUNT) in any. */
static struct derived *
find(struct pw *pw, const struct kdf *kdf, enum pw_form form)
{
	size_t i;

	for (i = 0; i < pw->count; i++) {
		if (is_same(&pw->keys[i], kdf, form))
			return to_front(pw, i);
	}
	if (pw->ahead && is_same(&pw->ahead->made, kdf, form) && settle(pw))
		return &pw->keys[0];
	return NULL;
}

/* "5,000,000" */
static const char *
grouped(char out[GROUPED_MAX], uint64_t number)
{
	char digits[GROUPED_MAX];
	size_t n;
	size_t at = 0;
	size_t i;

	n = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	for (i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* The forms of one passphrase count once against the file: they are our choice. Few writers use
 * others than the first, so these are tried only as far as the cap goes. */
static enum rc
charge_form(struct pw *pw, uint64_t cost)
{
	if (cost > pw->max - pw->used || pw->forms > pw->max - pw->used - cost)
		return RC_NOT_FOUND;
	pw->forms += cost;
	return RC_OK;
}

static enum rc
charge(struct pw *pw, const struct kdf *kdf, struct err *err)
{
	char asked[GROUPED_MAX];
	char limit[GROUPED_MAX];
	uint64_t cost = kdf_cost(kdf);

	if (cost > pw->max) {
		return err_set(
		    err, RC_LIMIT,
		    "asks for %s%s iterations; the limit is %s (--max-iterations raises it)",
		    cost == kdf->iterations ? "" : "the work of ",
		    cost >= INT64_MAX ? "a countless number of" : grouped(asked, cost),
		    grouped(limit, pw->max));
	}
	if (pw->proven)
		return RC_OK;
	if (find(pw, kdf, FORM_COUNT))
		return charge_form(pw, cost);
	if (cost > pw->max - pw->used) {
		return err_set(
		    err, RC_LIMIT,
		    "its derivations ask for more than %s iterations together, which is the "
		    "limit until the passphrase is proven (--max-iterations raises it)",
		    grouped(limit, pw->max));
	}
	pw->used += cost;
	return RC_OK;
}

/* Derives and remembers; nothing is charged. */
static enum rc
derive(const struct secret **key, struct pw *pw, const struct kdf *kdf, enum pw_form form)
{
	struct derived d = { .kdf = *kdf, .form = form };
	struct secret *bytes = NULL;
	enum rc rc;

	rc = form_make(&bytes, secret_span(pw->pass), form);
	if (rc)
		goto out;
	buf_put(&d.salt, kdf->salt);
	rc = buf_rc(&d.salt);
	if (!rc)
		rc = secret_new(&d.key, kdf->size + kdf->iv_size);
	if (!rc)
		rc = kdf_run(kdf, secret_span(bytes), secret_data(d.key));
	if (rc)
		goto out;
	*key = d.key;
	remember(pw, &d);
	d = (struct derived){ .form = form };
out:
	derived_release(&d);
	secret_free(&bytes);
	return rc;
}

enum rc
pw_derive(const struct secret **key, struct pw *pw, const struct kdf *kdf, enum pw_form form,
	  struct err *err)
{
	struct derived *known = find(pw, kdf, form);
	enum rc rc;

	if (known) {
		*key = known->key;
		return RC_OK;
	}
	if (!form_applies(form, secret_span(pw->pass)))
		return RC_NOT_FOUND;
	rc = charge(pw, kdf, err);
	return rc ? rc : derive(key, pw, kdf, form);
}

enum rc
pw_derive_own(const struct secret **key, struct pw *pw, const struct kdf *kdf, enum pw_form form)
{
	struct derived *known = find(pw, kdf, form);

	if (!known)
		return derive(key, pw, kdf, form);
	*key = known->key;
	return RC_OK;
}

static void
run_ahead(void *self)
{
	struct ahead *a = self;

	a->rc = kdf_run(&a->made.kdf, secret_span(a->bytes), secret_data(a->made.key));
}

void
pw_begin(struct pw *pw, const struct kdf *kdf, enum pw_form form)
{
	struct ahead *a;
	enum rc rc;

	if (pw->ahead || kdf->iterations < AHEAD_MIN || kdf_cost(kdf) > pw->max ||
	    find(pw, kdf, form))
		return;
	a = calloc(1, sizeof(*a));
	if (!a)
		return;
	a->made = (struct derived){ .kdf = *kdf, .form = form };
	rc = form_make(&a->bytes, secret_span(pw->pass), form);
	if (!rc)
		rc = secret_new(&a->made.key, kdf->size + kdf->iv_size);
	buf_put(&a->made.salt, kdf->salt);
	a->made.kdf.salt = buf_span(&a->made.salt);
	if (rc || a->made.salt.bad) {
		ahead_release(a);
		return;
	}
	pw->ahead = a;
	task_start(&a->task, run_ahead, a);
}

void
pw_expect_keys(struct pw *pw)
{
	pw->expects_keys = true;
}

bool
pw_expects_keys(const struct pw *pw)
{
	return pw->expects_keys;
}

void
pw_want_approved(struct pw *pw)
{
	pw->wants_approved = true;
}

bool
pw_wants_approved(const struct pw *pw)
{
	return pw->wants_approved;
}
