/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a PKCS#12 file. */
#include "share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct share_codec how = { &codec_pkcs12, 1000, true };
	const struct span parts[CODEC_PARTS] = { SPAN_OF(data, size), SPAN_NONE };

	share_round_trip(&how, parts, false);
	share_round_trip(&how, parts, true);
	return 0;
}
