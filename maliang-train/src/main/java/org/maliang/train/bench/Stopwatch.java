package org.maliang.train.bench;

/** Times a piece of work several times over, after one run that does not count. */
final class Stopwatch {
    private static final double NANOS = 1e9;

    private Stopwatch() {}

    /** Seconds each run took. */
    static double[] seconds(int runs, Runnable work) {
        work.run();
        double[] seconds = new double[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            work.run();
            seconds[i] = (System.nanoTime() - start) / NANOS;
        }
        return seconds;
    }
}
