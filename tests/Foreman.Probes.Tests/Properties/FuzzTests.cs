using System.Text;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Properties;

/// <summary>No text of a program, the kernel or a server makes a probe throw; what comes out can be stored.</summary>
[Trait("Kind", "2")]
public class FuzzTests
{
    private const string Url = "http://127.0.0.1:8080";
    private static readonly HostMemory Host = new(128 * Units.GiB, 100 * Units.GiB, 0);

    private static readonly string[] ModelLists =
    [
        """{"object":"list","data":[{"id":"Qwen/Qwen3-8B","owned_by":"vllm","max_model_len":40960,"capabilities":["completion"]}]}""",
        """{"data":[{"id":"/models/tiny.gguf","meta":{"n_ctx":8192},"status":{"value":"loaded"}}],"models":[{"capabilities":["completion","vision"]}]}""",
        """{"models":[{"name":"qwen3:4b","digest":"b2","capabilities":["completion","tools"],"details":{"family":"qwen3"},"context_length":4096}]}""",
        """{"models":[{"type":"llm","key":"q","capabilities":{"vision":false,"trained_for_tool_use":true},"loaded_instances":[{"id":"q:2","config":{"context_length":8192}}]}]}""",
        """{"build_info":"b1","total_slots":4,"default_generation_settings":{"n_ctx":8192},"chat_template_caps":{"supports_tools":true},"modalities":{"vision":true}}""",
    ];

    [Fact]
    public void Nvidia_smi() => Run(
        "nvidia-smi",
        text => Stored(new NodeCapability { Accelerators = NvidiaSmi.Parse(text, Host), InstalledModels = NvidiaSmi.Messages(text) }),
        "NVIDIA H200, 570.86.15, 143771, 143201\nNVIDIA GB10, 580.95.05, [N/A], [N/A]\n",
        "Tesla P100-PCIE-16GB, 470.82.01, 16280, 16280\nWARNING: infoROM is corrupted at gpu 0000:0B:00.0\n",
        "NVIDIA A100-SXM4-80GB, 535.161.08, [Insufficient Permissions], [Insufficient Permissions]\n");

    [Fact]
    public void Files_of_the_kernel() => Run(
        "kernel files",
        text =>
        {
            var memory = LinuxMemory.Parse(text);
            Stored(CapabilitySummary.Of(new HostFacts { Memory = memory, AgentMemoryLimit = CgroupLimit.ParseLimit(text), CpuCores = LinuxCpu.ParseOnline(text) ?? 0 }, []));
            CgroupLimit.ParsePaths(text);
            NvidiaProbe.ParseModel(text);
            NvidiaProbe.ParseDriverVersion(text);
            AmdProbe.Architecture(KernelFile.ParseNumber(text) ?? 0);
            Assert.True(memory.Total is null or >= 0 && memory.Available is null or >= 0 && memory.SwapUsed is null or >= 0, "a negative size");
        },
        "MemTotal:       32814376 kB\nMemFree:  1000 kB\nMemAvailable:   24064644 kB\nBuffers: 20 kB\nCached: 300 kB\nSwapTotal: 100 kB\nSwapFree: 10 kB\n",
        "0-3,8,10-11", "0::/user.slice/x.service\n4:memory:/x\n", "max", "0x744c", "Model: \t\t NVIDIA L4\n", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Fri Jan 10 2025\n");

    [Fact]
    public void A_folder_of_the_kernel()
    {
        using var host = new TempFolder();
        var roots = new HostRoots(host["proc"], host["sys"]);
        string[] files =
        [
            "proc/meminfo", "proc/self/cgroup", "sys/devices/system/cpu/online", "sys/class/thermal/thermal_zone0/temp", "sys/class/thermal/thermal_zone0/trip_point_0_type",
            "sys/class/thermal/thermal_zone0/trip_point_0_temp", "sys/class/power_supply/BAT0/type", "sys/class/drm/renderD128/device/vendor",
            "sys/class/drm/renderD128/device/mem_info_vram_total", "sys/class/drm/renderD128/device/mem_info_vram_used", "sys/class/drm/renderD128/device/uevent",
            "sys/class/drm/renderD128/device/product_name", "sys/class/kfd/kfd/topology/nodes/0/properties",
        ];
        var next = 0;
        foreach (var file in files)
        {
            host.Write(file, "0x1002");
        }

        Run(
            "kernel folder",
            text =>
            {
                File.WriteAllText(host[files[next++ % files.Length]], text);
                LinuxCpu.Cores(roots);
                LinuxPower.OnBattery(roots);
                Stored(CapabilitySummary.Of(
                    new HostFacts
                    {
                        Memory = LinuxMemory.Read(roots),
                        AgentMemoryLimit = CgroupLimit.Read(roots),
                        Thermal = LinuxThermal.Read(roots),
                        Accelerators = [.. AmdProbe.Read(roots), .. IntelProbe.Read(roots)],
                    },
                    []));
            },
            "0x1002", "0x8086", "DRIVER=amdgpu\n", "24560", "passive", "vendor_id 4098\ndevice_id 5510\ngfx_target_version 110501\n", "0::/a/b\n");
    }

    [Fact]
    public void Programs_of_a_Mac() => Run(
        "vm_stat, sysctl, pmset",
        text =>
        {
            var memory = new HostMemory(KernelFile.ParseNumber(text), MacMemory.ParseAvailable(text), MacMemory.ParseSwapUsed(text));
            MacPower.ParseOnBattery(text);
            MacPower.ParseThermal(text);
            Stored(CapabilitySummary.Of(new HostFacts { Memory = memory, Accelerators = [MetalProbe.Device(text, KernelFile.ParseNumber(text), true, memory)] }, []));
        },
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:   100000.\nPages inactive:  200000.\nPages speculative: 9223372036854775807.\nPages purgeable: 9223372036854775807.\n",
        "total = 2048.00M  used = 1027.25M  free = 1020.75M  (encrypted)", "Now drawing from 'Battery Power'\n", "CPU_Speed_Limit = 72\n", "Apple M3 Max");

    [Fact]
    public void Lists_of_models_of_every_kind_of_server() => Run(
        "model lists",
        bytes =>
        {
            var json = JsonElementExtensions.Parse(bytes);
            Store(OpenAIServer.Models(json, Url));
            Store([.. (json.Items("models") ?? []).SelectMany(m => LmStudioServer.Models(m, Url))]);
            Store([.. (json.Items("models") ?? []).Select(m => OllamaServer.Model(m, json, m, Url))]);
            Store([LlamaCppServer.Model(json, json, "", Url, DateTimeOffset.UnixEpoch)]);
            OpenAIServer.Kind(new ProbeResponse { Status = 200, Bytes = bytes });
            LlamaCppServer.IsLoading(new ProbeResponse { Status = 503, Bytes = bytes });
        },
        ModelLists);

    [Fact]
    public void Metrics() => Run(
        "Prometheus text",
        text =>
        {
            PrometheusText.Parse(text);
            Store([LlamaCppServer.Model(JsonElementExtensions.Parse(ModelLists[4]), null, text, Url, DateTimeOffset.UnixEpoch)]);
        },
        "# TYPE llamacpp:x counter\nllamacpp:tokens_predicted_total 1000\nllamacpp:tokens_predicted_seconds_total 25\nllamacpp:prompt_tokens_total 6000\n"
        + "llamacpp:prompt_seconds_total 12.5\nllamacpp:requests_processing 3\nllamacpp:predicted_tokens_seconds 41.7\n");

    private static void Store(IReadOnlyList<ServedModel> models)
    {
        var (reported, notes) = ServedModels.Reported(models);
        Stored(CapabilitySummary.Of(new HostFacts(), [ServerFinding.Healthy(ModelServerKind.OpenAI, Url, null, models)]));
        Assert.All(reported, m => Assert.InRange(m.Name.Length + (m.Id?.Length ?? 0), 0, 2 * ModelName.MaxLength));
        Assert.All(notes.Concat(reported.Select(m => m.Name)), text => Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u202e' or '\u2066'));
    }

    // A status that can't be written as JSON, or not be read again, would end the heartbeat.
    private static void Stored(NodeCapability capability)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(new FleetNodeStatus { Capability = capability }, ApiJson.Default.FleetNodeStatus);
        Assert.InRange(json.Length, 2, 1_000_000);
        System.Text.Json.JsonSerializer.Deserialize(json, ApiJson.Default.FleetNodeStatus);
    }

    private static void Run(string name, Action<string> read, params string[] corpus) => Run(name, bytes => read(Encoding.UTF8.GetString(bytes)), corpus);

    private static void Run(string name, Action<byte[]> read, params string[] corpus) =>
        Fuzzer.Run(new FuzzTarget(name, [.. corpus.Select(Encoding.UTF8.GetBytes)], read));
}
