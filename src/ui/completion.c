/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion for bash, written from the tables; needs nothing but bash itself. */
#include "ui/help.h"
#include "ui/words.h"

#include <string.h>

/* A pattern of a case: all spellings of the options that want says, with | between. */
static void
put_pattern(struct buf *out, bool (*want)(const struct param_info *info))
{
	const struct scan_option *options;
	bool any = false;
	size_t count;

	options = words_options(&count);
	for (size_t i = 0; i < count; i++) {
		if (!want(param_info((enum param)options[i].id)))
			continue;
		buf_printf(out, "%s%s", any ? "|" : "", options[i].name);
		any = true;
	}
}

static bool
takes_value(const struct param_info *info)
{
	return info->kind != PARAM_FLAG;
}

static bool
takes_file(const struct param_info *info)
{
	return info->kind == PARAM_FILE || info->kind == PARAM_FILES;
}

static bool
takes_secret(const struct param_info *info)
{
	return info->kind == PARAM_SECRET;
}

static bool
takes_other(const struct param_info *info)
{
	return info->kind == PARAM_TEXT || info->kind == PARAM_LIST || info->kind == PARAM_NUMBER ||
	       info->kind == PARAM_TIME;
}

static void
put_values(struct buf *out)
{
	buf_put_text(out, "\tcase $prev in\n\t");
	put_pattern(out, takes_file);
	buf_put_text(out, ")\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\t\treturn ;;\n\t");
	put_pattern(out, takes_secret);
	buf_put_text(out, ")\n\t\tCOMPREPLY=($(compgen -W 'prompt stash env: file: fd: stdin "
			  "cred: gen gen: none' -- \"$cur\"))\n\t\treturn ;;\n\t");
	put_pattern(out, takes_other);
	buf_put_text(out, ")\n\t\treturn ;;\n");
	for (int p = 0; p < P_COUNT; p++) {
		const struct param_info *info = param_info((enum param)p);

		if (!info->choices)
			continue;
		buf_printf(out,
			   "\t--%s)\n\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n"
			   "\t\treturn ;;\n",
			   info->flag, info->choices);
	}
	buf_put_text(out, "\tesac\n");
}

static void
put_flags(struct buf *out, const enum param *list)
{
	for (; *list != P_END; list++)
		buf_printf(out, " --%s", param_info(*list)->flag);
}

/* One line a command: its options. */
static void
put_commands(struct buf *out)
{
	buf_put_text(out, "\tcommon='");
	put_flags(out, params_common());
	buf_put_text(out, "'\n\tcase \"$noun $verb\" in\n");
	for (const struct op *const *op = op_all(); *op; op++) {
		buf_put_text(out, "\t'");
		if ((*op)->noun)
			help_put_name(out, *op);
		else
			buf_printf(out, "%s '*'", (*op)->verb);
		buf_put_text(out, "')\n\t\toptions='");
		put_flags(out, (*op)->params);
		buf_put_text(out, "' ;;\n");
	}
	buf_put_text(out, "\tesac\n");
}

static void
put_nouns(struct buf *out, bool with_all)
{
	const char *noun;

	for (size_t i = 0; (noun = help_noun(i)); i++)
		buf_printf(out, " %s", noun);
	for (const struct op *const *op = op_all(); with_all && *op; op++) {
		if (!(*op)->noun)
			buf_printf(out, " %s", (*op)->verb);
	}
	if (with_all)
		buf_put_text(out, " help");
}

static void
put_verbs(struct buf *out)
{
	const struct help_page *pages;
	const char *noun;
	size_t count;

	buf_put_text(out, "\tcase $noun in\n");
	for (size_t i = 0; (noun = help_noun(i)); i++) {
		buf_printf(out, "\t%s)\n\t\tverbs='", noun);
		for (const struct op *const *op = op_all(); *op; op++) {
			if ((*op)->noun && strcmp((*op)->noun, noun) == 0)
				buf_printf(out, " %s", (*op)->verb);
		}
		buf_put_text(out, "' ;;\n");
	}
	buf_put_text(out, "\thelp)\n\t\tverbs='");
	put_nouns(out, false);
	pages = help_pages(&count);
	for (size_t i = 0; i < count; i++) {
		if (pages[i].summary)
			buf_printf(out, " %s", pages[i].name);
	}
	buf_put_text(out, "' ;;\n\tesac\n");
}

void
help_put_completion(struct buf *out)
{
	buf_put_text(out,
		     "# Completion of kyman for bash, written by kyman help completion-bash.\n"
		     "# shellcheck shell=bash disable=SC2207\n"
		     "_kyman()\n{\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		     "\tlocal noun='' verb='' verbs='' common='' options='' i\n"
		     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		     "\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	put_pattern(out, takes_value);
	buf_put_text(out, ")\n\t\t\t((i++)) ;;\n\t\t-*) ;;\n\t\t*)\n"
			  "\t\t\tif [[ -z $noun ]]; then\n\t\t\t\tnoun=${COMP_WORDS[i]}\n"
			  "\t\t\telif [[ -z $verb ]]; then\n\t\t\t\tverb=${COMP_WORDS[i]}\n"
			  "\t\t\tfi ;;\n\t\tesac\n\tdone\n\tCOMPREPLY=()\n");
	put_values(out);
	put_commands(out);
	put_verbs(out);
	buf_put_text(out, "\tif [[ $cur == -* ]]; then\n"
			  "\t\tCOMPREPLY=($(compgen -W \"$common$options\" -- \"$cur\"))\n"
			  "\telif [[ -z $noun ]]; then\n"
			  "\t\tCOMPREPLY=($(compgen -W '");
	put_nouns(out, true);
	buf_put_text(out, "' -- \"$cur\"))\n"
			  "\telif [[ -z $verb && -n $verbs ]]; then\n"
			  "\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
			  "\telse\n"
			  "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
			  "\tfi\n}\n"
			  "complete -F _kyman kyman\n");
}
