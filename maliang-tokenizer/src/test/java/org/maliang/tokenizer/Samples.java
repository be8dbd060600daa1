package org.maliang.tokenizer;

import java.util.stream.Stream;

/** Small texts in the public domain. */
final class Samples {
    private static final String[] POEMS = {
        "静夜思\n李白\n床前明月光，疑是地上霜。\n举头望明月，低头思故乡。",
        "春晓\n孟浩然\n春眠不觉晓，处处闻啼鸟。\n夜来风雨声，花落知多少。",
        "登鹳雀楼\n王之涣\n白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。",
        "相思\n王维\n红豆生南国，春来发几枝。\n愿君多采撷，此物最相思。",
        "江雪\n柳宗元\n千山鸟飞绝，万径人踪灭。\n孤舟蓑笠翁，独钓寒江雪。",
        "枫桥夜泊\n张继\n月落乌啼霜满天，江枫渔火对愁眠。\n姑苏城外寒山寺，夜半钟声到客船。",
        "Before my bed the moon is bright, the moon is on the ground, the moon is frost.",
        "I lift my head and see the moon; I bow my head: don't we think of home? It's 1,300 years ago.",
        "for (int i = 0; i < 10; i++) {\n    the(i);\n    moon(i);\n}\n"
    };

    private Samples() {}

    /** Documents in Chinese, English and code, long enough to learn something from. */
    static Stream<String> poems() {
        return Stream.of(POEMS).flatMap(poem -> Stream.of(poem, poem, poem));
    }
}
