/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operations say, in terms of GSKit's options, and the next step. */
#include "base/text.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { WORD_MAX = 32 };

/* What options are called here that the action's table does not have. */
static const struct spelling {
	const char *word;
	enum gskit_flag flag;
} spellings[] = {
	{ "as", GSKIT_LABEL },          { "cms-version", GSKIT_PQC },
	{ "days", GSKIT_EXPIRE },       { "db", GSKIT_DB },
	{ "eku", GSKIT_EKU },           { "expire", GSKIT_EXPIRE },
	{ "fips", GSKIT_FIPS },         { "format", GSKIT_FORMAT },
	{ "from", GSKIT_LABEL },        { "hash", GSKIT_SIGALG },
	{ "in-pass", GSKIT_PW },        { "issuer", GSKIT_CA_LABEL },
	{ "key", GSKIT_SIZE },          { "ku", GSKIT_KU },
	{ "new-pass", GSKIT_NEW_PW },   { "out", GSKIT_TARGET },
	{ "pass", GSKIT_PW },           { "san", GSKIT_SAN_DNS },
	{ "size", GSKIT_SIZE },         { "stash", GSKIT_STASH },
	{ "subject", GSKIT_DN },        { "to", GSKIT_TARGET },
	{ "type", GSKIT_TYPE },         { "out-pass", GSKIT_TARGET_PW },
	{ "to-pass", GSKIT_TARGET_PW },
};

/* The option of the action that says this parameter: the one that was given, where several do. That
 * a password was asked for is no way to say it. */
static enum gskit_flag
find_in_action(const struct gskit *g, const char *word)
{
	const struct gskit_value *v = g->action ? g->action->values : NULL;
	enum param param = param_by_flag(word);
	enum gskit_flag found = GSKIT_FLAGS;

	for (; param != P_END && v && v->flag != GSKIT_FLAGS; v++) {
		if (v->param != (int)param)
			continue;
		if (g->values[v->flag] && v->flag != GSKIT_PROMPT && v->flag != GSKIT_GENPW)
			return v->flag;
		found = found == GSKIT_FLAGS ? v->flag : found;
	}
	return found;
}

static const char *
find_spelling(const struct gskit *g, struct span word)
{
	char name[WORD_MAX + 1];
	enum gskit_flag flag;

	if (word.size > WORD_MAX)
		return NULL;
	memcpy(name, word.data, word.size);
	name[word.size] = '\0';
	flag = find_in_action(g, name);
	for (size_t i = 0; flag == GSKIT_FLAGS && i < ARRAY_SIZE(spellings); i++) {
		if (strcmp(spellings[i].word, name) == 0)
			flag = spellings[i].flag;
	}
	if (flag == GSKIT_TARGET_PW && g->values[GSKIT_TARGET_STASHED])
		flag = GSKIT_TARGET_STASHED;
	return flag == GSKIT_FLAGS ? NULL : gskit_flag_info(flag)->name;
}

void
gskit_translate(struct buf *out, const struct gskit *g, const char *text)
{
	const char *name;
	size_t size;

	while (*text) {
		size = strncmp(text, "--", 2) == 0 ? strspn(text + 2, "abcdefghijklmnopqrstuvwxyz-")
						   : 0;
		name = size ? find_spelling(g, SPAN_OF(text + 2, size)) : NULL;
		if (name) {
			buf_put_text(out, name);
			text += size + 2;
		} else {
			buf_put_byte(out, (unsigned char)*text++);
		}
	}
}

void
gskit_put_text(struct out *out, const struct gskit *g, const char *text)
{
	struct buf line = BUF_INIT;

	gskit_translate(&line, g, text);
	buf_put_byte(&line, '\n');
	out_buf(out, &line);
	buf_release(&line);
}

/* --- The next step --- */

/* True where a command of the other grammar begins: not in the middle of a word, nor in one of
 * GSKit's. */
static bool
begins_here(const char *text, const char *at)
{
	return at == text || at[-1] == ' ' || at[-1] == '(' || at[-1] == '\'';
}

/* Words of the other grammar are of no help here. */
static bool
is_of_words(const char *hint)
{
	static const char *const words[] = {
		"--", "kyman ", "cert ", "csr ", "db ", "show ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		for (const char *at = hint; (at = strstr(at, words[i])); at++) {
			if (begins_here(hint, at))
				return true;
		}
	}
	return false;
}

/* A whole command, which works from here as well. */
static bool
is_command(const char *hint)
{
	return strncmp(hint, "'kyman ", strlen("'kyman ")) == 0;
}

/* True when an option, or its value, is what was wrong. */
static bool
is_of_options(int code)
{
	switch (code) {
	case GSKIT_BAD_FILE:
	case GSKIT_NO_DEFAULT:
	case GSKIT_NO_TOKEN:
	case GSKIT_SITE:
	case GSKIT_TARGET_EXISTS:
		return false;
	default:
		return code >= GSKIT_ARGUMENTS;
	}
}

void
gskit_put_hint(struct out *out, const struct gskit *g, const struct err *err)
{
	const char *hint = gskit_outcome_hint(g, err);

	if (err->hint[0] && !is_of_words(err->hint))
		gskit_put_text(out, g, err->hint);
	else if (hint)
		out_printf(out, "%s\n", hint);
	else if (is_command(err->hint))
		out_printf(out, "%s\n", err->hint);
	else if (is_of_options(g->code) && g->action)
		out_printf(out, "%s %s -? shows its options\n", g->action->object, g->action->name);
}
