package org.maliang.simd;

/** Runs a product, on a thread of its own, until C2 has compiled its loops, which until then are hundreds of times slower. */
final class WarmUp implements Runnable {

    private static final double FAST = 1e9; // weights a second; what is interpreted does a hundredth
    private static final long PATIENCE = 20_000_000_000L; // nanoseconds

    private final Runnable product;
    private final long weights;
    private final Thread thread;

    /**
     * Begins.
     *
     * @param weights that a run of the product takes in
     */
    static WarmUp begin(Runnable product, long weights) {
        WarmUp warmUp = new WarmUp(product, weights);
        warmUp.thread.setDaemon(true);
        warmUp.thread.start();
        return warmUp;
    }

    private WarmUp(Runnable product, long weights) {
        this.product = product;
        this.weights = weights;
        this.thread = new Thread(this, "maliang-simd-warm-up");
    }

    @Override
    public void run() {
        long end = System.nanoTime() + PATIENCE;
        double speed = 0;
        while (speed < FAST && System.nanoTime() < end) {
            long start = System.nanoTime();
            product.run();
            speed = 1e9 * weights / (System.nanoTime() - start);
        }
    }

    /** Waits until it is done. */
    void await() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
