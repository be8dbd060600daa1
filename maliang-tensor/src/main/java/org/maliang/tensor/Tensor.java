package org.maliang.tensor;

import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in native memory, with PyTorch's operators under PyTorch's names.
 *
 * <p>Ownership: a tensor belongs to the innermost open {@link Scope} and dies with it, or to the caller where no scope is
 * open. Using a closed tensor, shapes that do not fit, and exhausted memory are {@link TensorException}s. Dimensions may
 * be negative, counting from the end. Views ({@code view}, {@code transpose}, {@code narrow} …) share memory with their
 * source. A tensor is not safe for concurrent writes, nor for closing while another thread uses it.
 *
 * <p>Methods ending in {@code InPlace} and {@code copyFrom} change the tensor and are never recorded for gradients.
 */
public final class Tensor implements AutoCloseable {
    static {
        Natives.load();
    }

    private final org.bytedeco.pytorch.Tensor handle;
    private @Nullable Scope owner;
    private volatile boolean closed;
    private long @Nullable [] shape;
    private @Nullable DType dtype;

    Tensor(org.bytedeco.pytorch.Tensor handle) {
        this.handle = handle;
        Live.add(this);
        Scope.adopt(this);
    }

    // ---------------------------------------------------------------- making

    public static Tensor of(float[] values, long... shape) {
        return HostCopy.of(values, shape);
    }

    public static Tensor of(double[] values, long... shape) {
        return HostCopy.of(values, shape);
    }

    public static Tensor of(long[] values, long... shape) {
        return HostCopy.of(values, shape);
    }

    public static Tensor of(int[] values, long... shape) {
        return HostCopy.of(values, shape);
    }

    public static Tensor of(boolean[] values, long... shape) {
        return HostCopy.of(values, shape);
    }

    /** A tensor of rank 0. */
    public static Tensor scalar(double value, DType dtype) {
        return full(value, dtype);
    }

    public static Tensor zeros(DType dtype, long... shape) {
        return full(0, dtype, shape);
    }

    public static Tensor zeros(Device device, DType dtype, long... shape) {
        return full(device, 0, dtype, shape);
    }

    public static Tensor ones(DType dtype, long... shape) {
        return full(1, dtype, shape);
    }

    public static Tensor full(double value, DType dtype, long... shape) {
        return full(Device.CPU, value, dtype, shape);
    }

    public static Tensor full(Device device, double value, DType dtype, long... shape) {
        return Natives.tensor(
                "full " + Arrays.toString(shape) + " " + dtype,
                () -> torch.full(shape, scalar(value, dtype.floating()), options(dtype, device)));
    }

    /** {@code [0, 1, … end-1]} as I64. */
    public static Tensor arange(long end) {
        return arange(Device.CPU, end);
    }

    public static Tensor arange(Device device, long end) {
        return Natives.tensor("arange", () -> torch.arange(new Scalar(end), options(DType.I64, device)));
    }

    public static Tensor zerosLike(Tensor like) {
        return full(like.device(), 0, like.dtype(), like.shape());
    }

    public static Tensor onesLike(Tensor like) {
        return full(like.device(), 1, like.dtype(), like.shape());
    }

    public static Tensor fullLike(Tensor like, double value) {
        return full(like.device(), value, like.dtype(), like.shape());
    }

    /**
     * A tensor whose pages are read from the file when they are first touched. Writing to it changes private pages, never
     * the file. Where {@code offset} is not a multiple of the element size the bytes are copied.
     *
     * @param offset in bytes from the beginning of the file
     */
    public static Tensor map(Path file, long offset, DType dtype, long... shape) {
        return MappedFile.tensor(file, offset, dtype, shape);
    }

    // ---------------------------------------------------------------- asking

    public long[] shape() {
        return sizes().clone();
    }

    /** Length of one dimension. */
    public long size(int dimension) {
        long[] sizes = sizes();
        int index = dimension < 0 ? dimension + sizes.length : dimension;
        if (index < 0 || index >= sizes.length) {
            throw new TensorException(
                    "size: dimension " + dimension + " does not exist in shape " + Arrays.toString(sizes));
        }
        return sizes[index];
    }

    public int rank() {
        return sizes().length;
    }

    public long elements() {
        long product = 1;
        for (long size : sizes()) {
            product *= size;
        }
        return product;
    }

    public DType dtype() {
        DType known = dtype;
        if (known == null) {
            known = DType.of(raw("dtype").scalar_type());
            dtype = known;
        }
        return known;
    }

    public Device device() {
        return Natives.value("device", () -> Device.of(raw("device").device()));
    }

    /** Elements times element size; views count the same as tensors of their own. */
    public long bytes() {
        return elements() * dtype().bytes();
    }

    public boolean isClosed() {
        return closed;
    }

    public boolean isContiguous() {
        return raw("isContiguous").is_contiguous();
    }

    /** Tensors that are open now, in all threads. */
    public static long liveCount() {
        return Live.count();
    }

    /** Native bytes held by open tensors and their gradients; memory shared between views counts once. */
    public static long liveBytes() {
        return Live.bytes();
    }

    // ---------------------------------------------------------------- to the host

    /** All elements in row-major order. */
    public float[] toFloats() {
        return HostCopy.floats(this);
    }

    public double[] toDoubles() {
        return HostCopy.doubles(this);
    }

    public long[] toLongs() {
        return HostCopy.longs(this);
    }

    public int[] toInts() {
        return HostCopy.ints(this);
    }

    public boolean[] toBooleans() {
        return HostCopy.booleans(this);
    }

    /** The only element. */
    public double item() {
        if (elements() != 1) {
            throw new TensorException(
                    "item: shape " + Arrays.toString(sizes()) + " has " + elements() + " elements, not 1");
        }
        return Natives.value("item", () -> raw("item").item_double(), this);
    }

    /** Writes the elements in row-major order as little-endian bytes. */
    public void writeTo(WritableByteChannel channel) {
        HostCopy.write(this, channel);
    }

    // ---------------------------------------------------------------- moving

    public Tensor to(DType type) {
        return Natives.tensor("to " + type, () -> raw("to").to(type.scalarType()), this);
    }

    public Tensor to(Device device) {
        return Natives.tensor(
                "to " + device,
                () -> raw("to")
                        .to(
                                new ScalarTypeOptional(),
                                new org.bytedeco.pytorch.LayoutOptional(),
                                new DeviceOptional(device.handle()),
                                new org.bytedeco.pytorch.BoolOptional(),
                                false,
                                false,
                                new MemoryFormatOptional()),
                this);
    }

    public Tensor contiguous() {
        return Natives.tensor("contiguous", () -> raw("contiguous").contiguous(), this);
    }

    /** The same memory, cut off from the gradient tape. */
    public Tensor detach() {
        return Natives.tensor("detach", () -> raw("detach").detach(), this);
    }

    public Tensor copy() {
        return Natives.tensor("copy", () -> raw("copy").clone(), this);
    }

    // ---------------------------------------------------------------- arithmetic, with broadcasting

    public Tensor add(Tensor other) {
        return Natives.tensor("add", () -> raw("add").add(other.raw("add")), this, other);
    }

    public Tensor add(double other) {
        return Natives.tensor("add", () -> raw("add").add(number(other)), this);
    }

    public Tensor sub(Tensor other) {
        return Natives.tensor("sub", () -> raw("sub").sub(other.raw("sub")), this, other);
    }

    public Tensor sub(double other) {
        return Natives.tensor("sub", () -> raw("sub").sub(number(other)), this);
    }

    public Tensor mul(Tensor other) {
        return Natives.tensor("mul", () -> raw("mul").mul(other.raw("mul")), this, other);
    }

    public Tensor mul(double other) {
        return Natives.tensor("mul", () -> raw("mul").mul(number(other)), this);
    }

    public Tensor div(Tensor other) {
        return Natives.tensor("div", () -> raw("div").div(other.raw("div")), this, other);
    }

    public Tensor div(double other) {
        return Natives.tensor("div", () -> raw("div").div(number(other)), this);
    }

    public Tensor neg() {
        return Natives.tensor("neg", () -> raw("neg").neg(), this);
    }

    public Tensor exp() {
        return Natives.tensor("exp", () -> raw("exp").exp(), this);
    }

    public Tensor log() {
        return Natives.tensor("log", () -> raw("log").log(), this);
    }

    public Tensor sqrt() {
        return Natives.tensor("sqrt", () -> raw("sqrt").sqrt(), this);
    }

    public Tensor rsqrt() {
        return Natives.tensor("rsqrt", () -> raw("rsqrt").rsqrt(), this);
    }

    public Tensor tanh() {
        return Natives.tensor("tanh", () -> raw("tanh").tanh(), this);
    }

    public Tensor sigmoid() {
        return Natives.tensor("sigmoid", () -> raw("sigmoid").sigmoid(), this);
    }

    public Tensor pow(double exponent) {
        return Natives.tensor("pow", () -> raw("pow").pow(number(exponent)), this);
    }

    public Tensor abs() {
        return Natives.tensor("abs", () -> raw("abs").abs(), this);
    }

    public Tensor square() {
        return Natives.tensor("square", () -> raw("square").square(), this);
    }

    public Tensor clamp(double min, double max) {
        return Natives.tensor(
                "clamp",
                () -> raw("clamp").clamp(new ScalarOptional(number(min)), new ScalarOptional(number(max))),
                this);
    }

    public Tensor maximum(Tensor other) {
        return Natives.tensor("maximum", () -> raw("maximum").maximum(other.raw("maximum")), this, other);
    }

    public Tensor minimum(Tensor other) {
        return Natives.tensor("minimum", () -> raw("minimum").minimum(other.raw("minimum")), this, other);
    }

    public Tensor matmul(Tensor other) {
        return Natives.tensor("matmul", () -> raw("matmul").matmul(other.raw("matmul")), this, other);
    }

    public Tensor softmax(int dimension) {
        return Natives.tensor("softmax", () -> raw("softmax").softmax(dimension), this);
    }

    public Tensor logSoftmax(int dimension) {
        return Natives.tensor("logSoftmax", () -> raw("logSoftmax").log_softmax(dimension), this);
    }

    // ---------------------------------------------------------------- shape

    /** Same elements, new shape, shared memory; one size may be -1. */
    public Tensor view(long... newShape) {
        return Natives.tensor(
                "view " + Arrays.toString(newShape), () -> raw("view").view(newShape), this);
    }

    /** As {@link #view}, copying where the memory layout asks for it. */
    public Tensor reshape(long... newShape) {
        return Natives.tensor(
                "reshape " + Arrays.toString(newShape), () -> raw("reshape").reshape(newShape), this);
    }

    public Tensor transpose(int a, int b) {
        return Natives.tensor("transpose", () -> raw("transpose").transpose(a, b), this);
    }

    public Tensor permute(long... order) {
        return Natives.tensor(
                "permute " + Arrays.toString(order), () -> raw("permute").permute(order), this);
    }

    public Tensor unsqueeze(int dimension) {
        return Natives.tensor("unsqueeze", () -> raw("unsqueeze").unsqueeze(dimension), this);
    }

    public Tensor squeeze(int dimension) {
        return Natives.tensor("squeeze", () -> raw("squeeze").squeeze((long) dimension), this);
    }

    public Tensor expand(long... newShape) {
        return Natives.tensor(
                "expand " + Arrays.toString(newShape), () -> raw("expand").expand(newShape, false), this);
    }

    /**
     * Any regular window on the tensor's memory, from its first element on; shares memory.
     *
     * @param strides distance of neighbours along each dimension, in elements
     */
    public Tensor asStrided(long[] newShape, long[] strides) {
        return Natives.tensor("asStrided", () -> raw("asStrided").as_strided(newShape, strides), this);
    }

    /** The part {@code [start, start+length)} of one dimension; shares memory. */
    public Tensor narrow(int dimension, long start, long length) {
        return Natives.tensor("narrow", () -> raw("narrow").narrow(dimension, start, length), this);
    }

    /** One index of one dimension, which disappears; shares memory. */
    public Tensor select(int dimension, long index) {
        return Natives.tensor("select", () -> raw("select").select(dimension, index), this);
    }

    public List<Tensor> split(int dimension, long... sizes) {
        return Natives.value("split", () -> list(raw("split").split_with_sizes(sizes, dimension)), this);
    }

    public List<Tensor> chunk(int parts, int dimension) {
        return Natives.value("chunk", () -> list(raw("chunk").chunk(parts, dimension)), this);
    }

    /** Rank 1. */
    public Tensor flatten() {
        return reshape(-1);
    }

    /** Merges the dimensions {@code first … last} into one. */
    public Tensor flatten(int first, int last) {
        return Natives.tensor("flatten", () -> raw("flatten").flatten(first, last), this);
    }

    /** Moves every element {@code places} on along a dimension; those that pass its end begin it. */
    public Tensor roll(long places, int dimension) {
        return Natives.tensor("roll", () -> raw("roll").roll(new long[] {places}, new long[] {dimension}), this);
    }

    /** Turns a dimension round. */
    public Tensor flip(int dimension) {
        return Natives.tensor("flip", () -> raw("flip").flip(dimension), this);
    }

    public static Tensor cat(List<Tensor> parts, int dimension) {
        return Natives.tensor("cat", () -> torch.cat(vector("cat", parts), dimension), parts.toArray(Tensor[]::new));
    }

    public static Tensor stack(List<Tensor> parts, int dimension) {
        return Natives.tensor(
                "stack", () -> torch.stack(vector("stack", parts), dimension), parts.toArray(Tensor[]::new));
    }

    // ---------------------------------------------------------------- indexing

    public Tensor indexSelect(int dimension, Tensor ids) {
        return Natives.tensor(
                "indexSelect", () -> raw("indexSelect").index_select(dimension, ids.raw("indexSelect")), this, ids);
    }

    public Tensor gather(int dimension, Tensor ids) {
        return Natives.tensor("gather", () -> raw("gather").gather(dimension, ids.raw("gather")), this, ids);
    }

    public Tensor scatter(int dimension, Tensor ids, Tensor source) {
        return Natives.tensor(
                "scatter",
                () -> raw("scatter").scatter(dimension, ids.raw("scatter"), source.raw("scatter")),
                this,
                ids,
                source);
    }

    public Tensor scatter(int dimension, Tensor ids, double value) {
        return Natives.tensor(
                "scatter", () -> raw("scatter").scatter(dimension, ids.raw("scatter"), number(value)), this, ids);
    }

    /** This tensor with {@code source} added where {@code ids} point along a dimension; what meets at one place is summed. */
    public Tensor scatterAdd(int dimension, Tensor ids, Tensor source) {
        return Natives.tensor(
                "scatterAdd",
                () -> raw("scatterAdd").scatter_add(dimension, ids.raw("scatterAdd"), source.raw("scatterAdd")),
                this,
                ids,
                source);
    }

    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        return Natives.tensor(
                "where", () -> torch.where(condition.raw("where"), a.raw("where"), b.raw("where")), condition, a, b);
    }

    public Tensor maskedFill(Tensor mask, double value) {
        return Natives.tensor(
                "maskedFill", () -> raw("maskedFill").masked_fill(mask.raw("maskedFill"), number(value)), this, mask);
    }

    public Tensor tril(long diagonal) {
        return Natives.tensor("tril", () -> raw("tril").tril(diagonal), this);
    }

    public Tensor triu(long diagonal) {
        return Natives.tensor("triu", () -> raw("triu").triu(diagonal), this);
    }

    /** Adds a last dimension of {@code classes} zeros with a one at each id. */
    public Tensor oneHot(long classes) {
        return Natives.tensor("oneHot", () -> torch.one_hot(raw("oneHot"), classes), this);
    }

    // ---------------------------------------------------------------- comparing: BOOL tensors

    public Tensor eq(Tensor other) {
        return Natives.tensor("eq", () -> raw("eq").eq(other.raw("eq")), this, other);
    }

    public Tensor eq(double other) {
        return Natives.tensor("eq", () -> raw("eq").eq(number(other)), this);
    }

    public Tensor ne(Tensor other) {
        return Natives.tensor("ne", () -> raw("ne").ne(other.raw("ne")), this, other);
    }

    public Tensor ne(double other) {
        return Natives.tensor("ne", () -> raw("ne").ne(number(other)), this);
    }

    public Tensor lt(Tensor other) {
        return Natives.tensor("lt", () -> raw("lt").lt(other.raw("lt")), this, other);
    }

    public Tensor lt(double other) {
        return Natives.tensor("lt", () -> raw("lt").lt(number(other)), this);
    }

    public Tensor le(Tensor other) {
        return Natives.tensor("le", () -> raw("le").le(other.raw("le")), this, other);
    }

    public Tensor le(double other) {
        return Natives.tensor("le", () -> raw("le").le(number(other)), this);
    }

    public Tensor gt(Tensor other) {
        return Natives.tensor("gt", () -> raw("gt").gt(other.raw("gt")), this, other);
    }

    public Tensor gt(double other) {
        return Natives.tensor("gt", () -> raw("gt").gt(number(other)), this);
    }

    public Tensor ge(Tensor other) {
        return Natives.tensor("ge", () -> raw("ge").ge(other.raw("ge")), this, other);
    }

    public Tensor ge(double other) {
        return Natives.tensor("ge", () -> raw("ge").ge(number(other)), this);
    }

    public Tensor and(Tensor other) {
        return Natives.tensor("and", () -> raw("and").logical_and(other.raw("and")), this, other);
    }

    public Tensor or(Tensor other) {
        return Natives.tensor("or", () -> raw("or").logical_or(other.raw("or")), this, other);
    }

    public Tensor not() {
        return Natives.tensor("not", () -> raw("not").logical_not(), this);
    }

    public Tensor isFinite() {
        return Natives.tensor("isFinite", () -> raw("isFinite").isfinite(), this);
    }

    public boolean any() {
        return Natives.value("any", () -> raw("any").any().item_bool(), this);
    }

    public boolean all() {
        return Natives.value("all", () -> raw("all").all().item_bool(), this);
    }

    // ---------------------------------------------------------------- reducing

    public Tensor sum() {
        return Natives.tensor("sum", () -> raw("sum").sum(), this);
    }

    public Tensor sum(int dimension, boolean keep) {
        return Natives.tensor(
                "sum", () -> raw("sum").sum(new long[] {dimension}, keep, new ScalarTypeOptional()), this);
    }

    public Tensor mean() {
        return Natives.tensor("mean", () -> raw("mean").mean(), this);
    }

    public Tensor mean(int dimension, boolean keep) {
        return Natives.tensor(
                "mean", () -> raw("mean").mean(new long[] {dimension}, keep, new ScalarTypeOptional()), this);
    }

    /** Largest element. */
    public Tensor max() {
        return Natives.tensor("max", () -> raw("max").max(), this);
    }

    /** Largest along a dimension, which disappears. */
    public Tensor max(int dimension) {
        return amax(dimension, false);
    }

    public Tensor amax(int dimension, boolean keep) {
        return Natives.tensor("amax", () -> raw("amax").amax(new long[] {dimension}, keep), this);
    }

    /** Positions of the largest, I64. */
    public Tensor argmax(int dimension, boolean keep) {
        return Natives.tensor("argmax", () -> raw("argmax").argmax(new LongOptional(dimension), keep), this);
    }

    public Tensor logsumexp(int dimension, boolean keep) {
        return Natives.tensor("logsumexp", () -> raw("logsumexp").logsumexp(new long[] {dimension}, keep), this);
    }

    public Tensor cumsum(int dimension) {
        return Natives.tensor("cumsum", () -> raw("cumsum").cumsum(dimension), this);
    }

    /** Euclidean norm of all elements. */
    public Tensor norm() {
        return Natives.tensor("norm", () -> raw("norm").norm(), this);
    }

    /** Variance along a dimension, dividing by the count (not by count - 1). */
    public Tensor variance(int dimension, boolean keep) {
        return Natives.tensor(
                "variance",
                () -> raw("variance").var(new long[] {dimension}, new ScalarOptional(new Scalar(0L)), keep),
                this);
    }

    public Sorted sort(int dimension, boolean descending) {
        return Natives.value("sort", () -> sorted(raw("sort").sort(dimension, descending)), this);
    }

    /** The {@code count} largest along a dimension, largest first. */
    public Sorted topk(long count, int dimension) {
        return Natives.value("topk", () -> sorted(raw("topk").topk(count, dimension, true, true)), this);
    }

    /** Draws {@code count} positions per row, in proportion to the weights, with replacement. */
    public Tensor multinomial(long count, Generator generator) {
        return Natives.tensor(
                "multinomial",
                () -> raw("multinomial").multinomial(count, true, new GeneratorOptional(generator.raw())),
                this);
    }

    // ---------------------------------------------------------------- in place

    public Tensor addInPlace(Tensor other) {
        return addInPlace(other, 1);
    }

    /** {@code this += alpha * other}. */
    public Tensor addInPlace(Tensor other, double alpha) {
        return inPlace("addInPlace", () -> raw("addInPlace").add_(other.raw("addInPlace"), number(alpha)), this, other);
    }

    public Tensor mulInPlace(double factor) {
        return inPlace("mulInPlace", () -> raw("mulInPlace").mul_(number(factor)), this);
    }

    public Tensor mulInPlace(Tensor factor) {
        return inPlace("mulInPlace", () -> raw("mulInPlace").mul_(factor.raw("mulInPlace")), this, factor);
    }

    /** Copies the elements of {@code source}, converting type and device, broadcasting shape. */
    public Tensor copyFrom(Tensor source) {
        return inPlace("copyFrom", () -> raw("copyFrom").copy_(source.raw("copyFrom")), this, source);
    }

    /** Writes {@code source} where {@code ids}, of the same shape, point along a dimension. */
    public Tensor scatterInPlace(int dimension, Tensor ids, Tensor source) {
        String name = "scatterInPlace";
        return inPlace(name, () -> raw(name).scatter_(dimension, ids.raw(name), source.raw(name)), this, ids, source);
    }

    public Tensor zeroInPlace() {
        return inPlace("zeroInPlace", () -> raw("zeroInPlace").zero_(), this);
    }

    public Tensor fillInPlace(double value) {
        return inPlace("fillInPlace", () -> raw("fillInPlace").fill_(number(value)), this);
    }

    // ---------------------------------------------------------------- gradients

    /** Makes this leaf collect gradients, or stop collecting them. */
    public Tensor requiresGrad(boolean on) {
        Natives.run("requiresGrad", () -> raw("requiresGrad").set_requires_grad(on), this);
        return this;
    }

    public boolean requiresGrad() {
        return raw("requiresGrad").requires_grad();
    }

    public boolean hasGrad() {
        return Natives.value("hasGrad", () -> raw("hasGrad").grad().defined(), this);
    }

    /** The collected gradient; shares memory with what the next {@code backward} adds to. */
    public Tensor grad() {
        if (!hasGrad()) {
            throw new TensorException("grad: shape " + Arrays.toString(sizes())
                    + " has no gradient; call requiresGrad(true) before the forward pass and backward() after it");
        }
        return Natives.tensor(
                "grad", () -> new org.bytedeco.pytorch.Tensor(raw("grad").grad()), this);
    }

    public void clearGrad() {
        Natives.run("clearGrad", () -> raw("clearGrad").mutable_grad().reset(), this);
    }

    /**
     * Adds to the gradient. The first call shares memory with {@code gradient}, unless that has another type or is a view
     * in another order.
     */
    public void accumulateGrad(Tensor gradient) {
        if (!Arrays.equals(sizes(), gradient.sizes())) {
            throw new TensorException("accumulateGrad: shapes " + Arrays.toString(sizes()) + " and "
                    + Arrays.toString(gradient.sizes()) + " differ");
        }
        if (hasGrad()) {
            inPlace(
                    "accumulateGrad",
                    () -> raw("grad").mutable_grad().add_(gradient.raw("accumulateGrad")),
                    this,
                    gradient);
        } else {
            Natives.run(
                    "accumulateGrad",
                    () -> raw("grad")
                            .mutable_grad()
                            .put(gradient.raw("accumulateGrad")
                                    .detach()
                                    .to(dtype().scalarType())
                                    .contiguous()),
                    this,
                    gradient);
        }
    }

    /** Back-propagates from this single number. The tape is freed. */
    public void backward() {
        Natives.run("backward", () -> raw("backward").backward(), this);
    }

    /** Back-propagates from this tensor, given the gradient of the loss with respect to it. */
    public void backward(Tensor gradient) {
        Natives.run(
                "backward",
                () -> raw("backward")
                        .backward(
                                gradient.raw("backward"),
                                new org.bytedeco.pytorch.BoolOptional(),
                                false,
                                new TensorArrayRefOptional()),
                this,
                gradient);
    }

    // ---------------------------------------------------------------- life

    /** Frees the tensor now. Closing twice does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            sizesOrNothing();
            closed = true;
            Live.remove(this);
            handle.deallocate();
        }
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape == null && closed ? new long[0] : sizes())
                + (closed ? " closed" : " " + dtype());
    }

    org.bytedeco.pytorch.Tensor raw(String operator) {
        if (closed) {
            throw new TensorException(operator + ": tensor " + this
                    + " is used after it was closed; keep it in its scope" + " (scope.keep) or close it later");
        }
        return handle;
    }

    @Nullable Scope owner() {
        return owner;
    }

    void owner(@Nullable Scope newOwner) {
        owner = newOwner;
    }

    static TensorOptions options(DType dtype, Device device) {
        return new TensorOptions(dtype.scalarType()).device(new DeviceOptional(device.handle()));
    }

    static TensorVector vector(String operator, Iterable<Tensor> tensors) {
        TensorVector vector = new TensorVector();
        tensors.forEach(t -> vector.push_back(t.raw(operator)));
        return vector;
    }

    /** A whole number stays whole on integer tensors, so that their type is kept. */
    private Scalar number(double value) {
        return scalar(value, dtype().floating());
    }

    private static Scalar scalar(double value, boolean floating) {
        return floating || value != Math.rint(value) || Double.isInfinite(value)
                ? new Scalar(value)
                : new Scalar((long) value);
    }

    private long[] sizes() {
        long[] known = shape;
        if (known == null) {
            org.bytedeco.pytorch.Tensor raw = raw("shape");
            known = new long[(int) raw.dim()];
            for (int i = 0; i < known.length; i++) {
                known[i] = raw.size(i);
            }
            shape = known;
        }
        return known;
    }

    /** Remembers shape and type, so that messages about a closed tensor can name them. */
    private void sizesOrNothing() {
        sizes();
        dtype();
    }

    private Tensor inPlace(String operator, Runnable call, Tensor... inputs) {
        try (Autograd.Guard guard = Autograd.noGrad()) {
            Natives.run(operator, call, inputs);
        }
        return this;
    }

    private static Sorted sorted(T_TensorTensor_T pair) {
        return new Sorted(Natives.share(pair.get0()), Natives.share(pair.get1()));
    }

    private static List<Tensor> list(TensorVector vector) {
        List<Tensor> parts = new ArrayList<>();
        for (long i = 0; i < vector.size(); i++) {
            parts.add(Natives.share(vector.get(i)));
        }
        return List.copyOf(parts);
    }
}
