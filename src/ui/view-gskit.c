/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists and short answers as GSKit prints them: other programs read them. */
#include "base/env.h"
#include "base/text.h"
#include "op/facts.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { HALF_DAY = 12 };

/* --- Times --- */

static const char *const months[] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December",
};

void
gskit_put_time(struct out *out, int64_t when)
{
	const char *wanted = env_get("KYMAN_GSKIT_DATES");
	struct text_date d = text_date_of(when);
	char text[TEXT_TIME_MAX];
	int hour = d.hour % HALF_DAY ? d.hour % HALF_DAY : HALF_DAY;

	if (!wanted || strcmp(wanted, "1") != 0) {
		out_text(out, text_time(text, when));
		return;
	}
	out_printf(out, "%s %d, %d %d:%02d:%02d %s GMT+00:00", months[d.month - 1], d.day, d.year,
		   hour, d.minute, d.second, d.hour < HALF_DAY ? "AM" : "PM");
}

enum rc
gskit_tell_expiry(struct gskit *g, const struct result *r, struct err *err)
{
	struct out *out = g->v->out;

	(void)err;
	out_text(out, "Password Expiry Time : ");
	if (r->db->expires)
		gskit_put_time(out, r->db->expires);
	else
		out_text(out, "0");
	out_text(out, "\n");
	return RC_OK;
}

/* --- Lists --- */

static bool
is_simple(struct span label)
{
	for (size_t i = 0; i < label.size; i++) {
		unsigned char c = label.data[i];

		if (c <= ' ' || c == '"' || c == '\'' || c == ',' || c == '=' || c == '\\')
			return false;
	}
	return label.size;
}

/* In quotes where blanks or special characters are in it. */
static void
put_label(struct out *out, struct span label)
{
	const char *quote = is_simple(label) ? "" : "\"";

	out_text(out, quote);
	out_escaped(out, label);
	out_text(out, quote);
}

/* The first key of a PKCS#12 file is everybody's default; here one that was chosen counts. */
static const char *
marker(const struct result *r, const struct facts *f)
{
	switch (f->kind) {
	case FACTS_SECRET:
		return "#";
	case FACTS_KEY:
		return f->is_default && r->db->default_chosen ? "*-" : "-";
	default:
		return f->trusted ? "!" : "";
	}
}

static void
put_dates(struct out *out, const struct facts *f)
{
	if (!f->has_cert)
		return;
	out_text(out, "\tNot Before : ");
	gskit_put_time(out, f->cert.not_before);
	out_text(out, "\n\tNot After : ");
	gskit_put_time(out, f->cert.not_after);
	out_text(out, "\n");
}

enum rc
gskit_tell_list(struct gskit *g, const struct result *r, struct err *err)
{
	bool secrets = g->args.given[P_KIND] && g->args.text[P_KIND][0] == 's';
	const char *what = secrets ? "Secret keys" : "Certificates";
	const char *wanted = g->values[GSKIT_LABEL];
	struct out *out = g->v->out;
	size_t count = 0;
	struct facts f;

	for (size_t i = 0; i < r->row_count; i++) {
		facts_brief_of(&f, &r->rows[i], r->db);
		if (wanted && !span_equal(f.label, span_text(wanted)))
			continue;
		if (!count++)
			out_printf(out, "%s found\n%s", what,
				   "* default, - personal, ! trusted, # secret key\n");
		out_printf(out, "%s\t", marker(r, &f));
		put_label(out, f.label);
		out_text(out, "\n");
		if (g->values[GSKIT_EXPIRY])
			put_dates(out, &f);
	}
	if (!count && wanted)
		return err_set(err, RC_NO_LABEL, "there is no certificate with the label '%s'",
			       ESC(wanted));
	if (!count)
		out_printf(out, "No %s were found.\n", secrets ? "secret keys" : "certificates");
	return RC_OK;
}

enum rc
gskit_tell_requests(struct gskit *g, const struct result *r, struct err *err)
{
	struct out *out = g->v->out;

	(void)err;
	if (!r->row_count) {
		out_text(out, "No certificate requests were found.\n");
		return RC_OK;
	}
	out_text(out, "Certificates requests found\n");
	for (size_t i = 0; i < r->row_count; i++) {
		out_text(out, "\t");
		put_label(out, r->rows[i].request->label.span);
		out_text(out, "\n");
	}
	return RC_OK;
}

/* --- Paths --- */

/* GSKit's codes of what is wrong with a path. */
static const struct fault {
	const char *code;
	int number;
} faults[] = {
	{ "expired", 47 },       { "not-yet-valid", 47 }, { "bad-signature", 53 },
	{ "no-issuer", 50 },     { "not-trusted", 54 },   { "not-a-ca", 52 },
	{ "path-too-long", 52 }, { "key-usage", 57 },     { "unknown-critical", 61 },
};

enum rc
gskit_tell_valid(struct gskit *g, const struct result *r, struct err *err)
{
	int code = GSKIT_INVALID;

	if (r->verify.valid) {
		out_text(g->v->out, "OK\n");
		return RC_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (r->verify.code && strcmp(faults[i].code, r->verify.code) == 0)
			code = faults[i].number;
	}
	return gskit_refuse(g, code, err_set(err, RC_INVALID, "%s", r->verify.reason), err);
}
