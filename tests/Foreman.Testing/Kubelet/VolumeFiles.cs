using System.Text;

namespace Foreman.Testing.Kubelet;

/// <summary>A file of a volume.</summary>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode);

/// <summary>Which files a volume from the API has.</summary>
internal static class VolumeFiles
{
    private const int DefaultMode = 0b110_100_100;

    /// <summary>The files of a volume.</summary>
    /// <exception cref="PodSetupException">What it takes is not there and not optional.</exception>
    public static async Task<IReadOnlyList<VolumeFile>> OfAsync(Pod pod, Volume volume, PodInputs inputs, CancellationToken cancellationToken)
    {
        if (volume.Secret is { } secret)
        {
            var source = new NamedProjection { Name = secret.SecretName, Items = secret.Items, Optional = secret.Optional };
            return Chosen(await inputs.SecretAsync(secret.SecretName, cancellationToken), source, "secret", secret.DefaultMode);
        }

        if (volume.ConfigMap is { } map)
        {
            var source = new NamedProjection { Name = map.Name, Items = map.Items, Optional = map.Optional };
            return Chosen(await inputs.ConfigMapAsync(map.Name, cancellationToken), source, "configmap", map.DefaultMode);
        }

        if (volume.DownwardAPI is { } downward)
        {
            return Fields(pod, downward, downward.DefaultMode);
        }

        var files = new List<VolumeFile>();
        foreach (var source in volume.Projected?.Sources ?? [])
        {
            files.AddRange(await ProjectedAsync(pod, source, volume.Projected?.DefaultMode, inputs, cancellationToken));
        }

        return files;
    }

    /// <summary>The values of an object as files: those that are chosen, or all.</summary>
    /// <exception cref="PodSetupException">The object or a chosen key is not there and not optional.</exception>
    public static IReadOnlyList<VolumeFile> Chosen(IReadOnlyDictionary<string, byte[]>? values, NamedProjection source, string kind, int? defaultMode)
    {
        if (values is null)
        {
            return source.Optional == true ? [] : throw new PodSetupException($"{kind} \"{source.Name}\" not found");
        }

        var mode = defaultMode ?? DefaultMode;
        if (source.Items is not { Count: > 0 } items)
        {
            return [.. values.Select(v => new VolumeFile(v.Key, v.Value, mode))];
        }

        if (source.Optional != true && items.FirstOrDefault(i => !values.ContainsKey(i.Key)) is { } missing)
        {
            throw new PodSetupException($"references non-existent {kind} key: {missing.Key}");
        }

        return [.. items.Where(i => values.ContainsKey(i.Key)).Select(i => new VolumeFile(i.Path, values[i.Key], i.Mode ?? mode))];
    }

    private static async Task<IReadOnlyList<VolumeFile>> ProjectedAsync(
        Pod pod, Projection source, int? mode, PodInputs inputs, CancellationToken cancellationToken) => source switch
        {
            { Secret: { } secret } => Chosen(await inputs.SecretAsync(secret.Name, cancellationToken), secret, "secret", mode),
            { ConfigMap: { } map } => Chosen(await inputs.ConfigMapAsync(map.Name, cancellationToken), map, "configmap", mode),
            { ServiceAccountToken: { } token } => [new VolumeFile(token.Path, await inputs.TokenAsync(token, cancellationToken), mode ?? DefaultMode)],
            { DownwardAPI: { } downward } => Fields(pod, downward, mode),
            _ => throw new PodSetupException("unsupported source of a projected volume"),
        };

    private static IReadOnlyList<VolumeFile> Fields(Pod pod, DownwardSource source, int? defaultMode) =>
    [
        .. source.Items.Select(item => new VolumeFile(
            item.Path,
            Encoding.UTF8.GetBytes(item.FieldRef is { } field ? PodFields.Value(pod, field.FieldPath) : PodFields.Value(pod, null, item.ResourceFieldRef ?? new())),
            item.Mode ?? defaultMode ?? DefaultMode)),
    ];
}
