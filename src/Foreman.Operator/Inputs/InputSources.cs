using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Results;
using Foreman.Scheduling;

namespace Foreman.Operator.Inputs;

/// <summary>Finds the file of an input where its source says.</summary>
/// <param name="client">Reads ConfigMaps, tasks and what they delivered.</param>
/// <param name="urls">Fetches URLs.</param>
/// <param name="placements">Say where a run's workspace is.</param>
/// <param name="time">The clock.</param>
internal sealed class InputSources(IKubernetes client, UrlFetcher urls, PlacementRegistry placements, TimeProvider time)
{
    private readonly DeliveredFileReader _delivered = new(client, time);

    /// <summary>Finds a file.</summary>
    /// <param name="task">The task that it is for.</param>
    /// <param name="index">Of the input.</param>
    /// <param name="room">Bytes that contents may still take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is not there; the message names it.</exception>
    /// <exception cref="KubernetesException">The API server refused.</exception>
    /// <exception cref="KubernetesUnreachableException">The API server can't be reached.</exception>
    public async Task<FoundInput> FindAsync(AgenticTask task, int index, long room, CancellationToken cancellationToken)
    {
        var input = task.Spec.Payload.Inputs![index];
        if (input.FromTask is { } from)
        {
            return await OfTaskAsync(task, from, index, room, cancellationToken);
        }

        var content = input.ConfigMapKeyRef is { } key ? await OfConfigMapAsync(key, task.Namespace()!, cancellationToken)
            : Uri.TryCreate(input.Url, UriKind.Absolute, out var url) ? await urls.FetchAsync(url, room, cancellationToken)
            : throw new InputException("it has none of configMapKeyRef, url and fromTask");
        return content.Length <= room ? new FoundInput(index, content, null) : throw new InputException(InputPlan.TooLarge(content.Length));
    }

    private async Task<byte[]> OfConfigMapAsync(ConfigMapKeySelector selector, string space, CancellationToken cancellationToken)
    {
        var map = await client.TryReadAsync<V1ConfigMap>(selector.Name, space, cancellationToken)
            ?? throw new InputException($"ConfigMap {selector.Name} does not exist in namespace {space}; create it");
        return map.BinaryData?.GetValueOrDefault(selector.Key)
            ?? (map.Data?.GetValueOrDefault(selector.Key) is { } text ? Encoding.UTF8.GetBytes(text) : null)
            ?? throw new InputException($"ConfigMap {selector.Name} in namespace {space} has no key {selector.Key}; add it, or correct the name");
    }

    private async Task<FoundInput> OfTaskAsync(AgenticTask task, TaskFileReference from, int index, long room, CancellationToken cancellationToken)
    {
        var upstream = await client.TryReadAsync<AgenticTask>(from.Name, task.Namespace(), cancellationToken)
            ?? throw new InputException($"task {from.Name} does not exist in namespace {task.Namespace()}; create it");
        var files = ResultFiles.Read(upstream.Status.Result);
        if (files.Find(from.Path) is not { } file)
        {
            var more = files.LeftOut > 0 ? $", which lists {files.Files.Count} of its files only" : "";
            throw new InputException($"task {from.Name}{more} delivered no file \"{from.Path}\"; create it again, or correct the path");
        }

        if (file.Bytes <= room)
        {
            var found = await _delivered.ReadAsync(upstream, new HashSet<string>(StringComparer.Ordinal) { file.Sha256 }, cancellationToken);
            if (found.GetValueOrDefault(file.Sha256) is { } content)
            {
                return new FoundInput(index, content, null);
            }
        }

        // A run of the operator's own has its workspace on the operator's disk, where no host reads it.
        return files.Host is { } host && host == placements.Find(upstream.Status.Placement)?.WorkspaceHost(upstream) && file.Bytes <= TaskInput.MaxBytesOnHost
            ? new FoundInput(index, null, host)
            : throw new InputException($"\"{from.Path}\" of task {from.Name} ({file.Bytes} bytes) is not in the cluster, {(files.Host is null ? "and its workspace was not kept" : $"only in {files.Workspace} on {files.Host}")}; create that task again, or make the file smaller");
    }
}
