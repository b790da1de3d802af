using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Faults.Tests.Soak;

/// <summary>Somebody who creates, changes and deletes objects all the time, each writer those of its own.</summary>
internal sealed class SoakWriter(IKubernetes client, string ns, int number, int objects)
{
    /// <summary>Label by whose value some watchers select; changes let objects enter and leave what they see.</summary>
    public const string Shard = "shard";

    private readonly Random _random = new(number);
    private int _written;

    public int Written => Volatile.Read(ref _written);

    /// <summary>Makes the objects with which it begins.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < objects; i++)
        {
            await client.CreateAsync(Make(Name(i)), cancellationToken: cancellationToken);
        }
    }

    /// <summary>Writes about so many times a second until told to stop.</summary>
    public async Task WriteAsync(int rate, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        while (!stop.IsCancellationRequested)
        {
            await WriteOnceAsync(Name(_random.Next(objects)));
            Interlocked.Increment(ref _written);
            try
            {
                await beat.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WriteOnceAsync(string name)
    {
        try
        {
            switch (_random.Next(5))
            {
                case 0:
                    await client.DeleteAsync<V1ConfigMap>(name, ns);
                    break;
                case 1:
                    await client.DeleteAsync<V1ConfigMap>(name, ns);
                    await client.CreateAsync(Make(name));
                    break;
                default:
                    var labels = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Shard] = Value() } } };
                    await client.PatchAsync<V1ConfigMap>(V1Patch.Merge(labels), name, ns);
                    break;
            }
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            await client.CreateAsync(Make(name));
        }
    }

    private string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"w{number}-{i}");

    private string Value() => _random.Next(4).ToString(CultureInfo.InvariantCulture);

    private V1ConfigMap Make(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = ns, Labels = new Dictionary<string, string> { [Shard] = Value() } },
        Data = new Dictionary<string, string> { ["text"] = new('x', 200) },
    };
}
