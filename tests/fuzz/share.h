/* What the targets of formats share: loading and saving databases, and taking in anything. */
#ifndef TESTS_FUZZ_SHARE_H
#define TESTS_FUZZ_SHARE_H

#include "codec/codec.h"

#include <stdint.h>

/* How a codec is tried. */
struct share_codec {
	const struct codec *codec;
	uint64_t max_iterations; /* of its files; more would only be slow */
	bool holds_all;          /* what it loaded it can save */
};

/* The passphrase of all corpora: "secret". The caller frees it. */
struct pw *share_pw(uint64_t max_iterations);

/* Loads these parts, with passphrase or without. A failure must come with words, and leave nothing;
 * what loads is saved, and must load again, verified, with as much in it. */
void share_round_trip(const struct share_codec *how, const struct span parts[CODEC_PARTS],
		      bool with_pass);

/* Takes bytes in, with passphrase or without: what is found must make sense. */
void share_take_in(struct span bytes, bool with_pass);

#endif
