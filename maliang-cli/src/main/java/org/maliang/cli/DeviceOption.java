package org.maliang.cli;

import org.maliang.tensor.Device;
import picocli.CommandLine.Option;

/** The option {@code --device} of every command that computes. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, cuda or cuda:N; auto takes a CUDA card where there is one (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    Device device() {
        return Device.parse(device);
    }
}
