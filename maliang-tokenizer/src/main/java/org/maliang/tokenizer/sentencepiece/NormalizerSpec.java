package org.maliang.tokenizer.sentencepiece;

import java.io.IOException;

/**
 * What {@code normalizer_spec} says.
 *
 * @param charsMap {@code precompiled_charsmap}: which characters are replaced by which; empty for none
 * @param dummyPrefix whether every text begins with a blank
 * @param removeExtraBlanks whether blanks at both ends go and runs of them become one
 * @param escapeBlanks whether blanks are written as U+2581
 */
public record NormalizerSpec(byte[] charsMap, boolean dummyPrefix, boolean removeExtraBlanks, boolean escapeBlanks) {

    static NormalizerSpec usual() {
        return new NormalizerSpec(new byte[0], true, true, true);
    }

    static NormalizerSpec read(ProtoReader in) throws IOException {
        byte[] charsMap = {};
        boolean dummyPrefix = true;
        boolean removeExtraBlanks = true;
        boolean escapeBlanks = true;
        for (int field = in.field(); field != 0; field = in.field()) {
            switch (field) {
                case 2 -> charsMap = in.bytes();
                case 3 -> dummyPrefix = in.bool();
                case 4 -> removeExtraBlanks = in.bool();
                case 5 -> escapeBlanks = in.bool();
                default -> in.skip();
            }
        }
        return new NormalizerSpec(charsMap, dummyPrefix, removeExtraBlanks, escapeBlanks);
    }

    ProtoWriter write() {
        return new ProtoWriter()
                .bytes(2, charsMap)
                .bool(3, dummyPrefix)
                .bool(4, removeExtraBlanks)
                .bool(5, escapeBlanks);
    }
}
