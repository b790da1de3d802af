using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>Reads and writes metadata; <c>managedFields</c>, often its larger half, is passed over.</summary>
public sealed class ObjectMetaConverter : JsonConverter<V1ObjectMeta>
{
    /// <inheritdoc/>
    public override V1ObjectMeta Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        MetadataReader.Require(ref reader, JsonTokenType.StartObject, "metadata", "a map");
        var read = default(Fields);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = PooledStringConverter.Text(ref reader)!;
            reader.Read();
            if (!read.Take(key, ref reader) && !read.TakeRare(key, ref reader))
            {
                reader.TrySkip();
            }
        }

        return read.ToMetadata();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, V1ObjectMeta value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteText(writer, "name"u8, value.Name);
        WriteText(writer, "generateName"u8, value.GenerateName);
        WriteText(writer, "namespace"u8, value.NamespaceProperty);
        WriteText(writer, "uid"u8, value.Uid);
        WriteText(writer, "resourceVersion"u8, value.ResourceVersion);
        WriteNumber(writer, "generation"u8, value.Generation);
        WriteTime(writer, "creationTimestamp"u8, value.CreationTimestamp);
        WriteTime(writer, "deletionTimestamp"u8, value.DeletionTimestamp);
        WriteNumber(writer, "deletionGracePeriodSeconds"u8, value.DeletionGracePeriodSeconds);
        WriteTexts(writer, "labels"u8, value.Labels);
        WriteTexts(writer, "annotations"u8, value.Annotations);
        WriteOwners(writer, value.OwnerReferences);
        WriteList(writer, "finalizers"u8, value.Finalizers);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> key, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(key, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(key, number);
        }
    }

    private static void WriteFlag(Utf8JsonWriter writer, ReadOnlySpan<byte> key, bool? value)
    {
        if (value is { } flag)
        {
            writer.WriteBoolean(key, flag);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> key, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            writer.WriteString(key, Rfc3339Converter.Format(time));
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartObject(key);
        foreach (var (name, text) in texts)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<byte> key, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartArray(key);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteOwners(Utf8JsonWriter writer, IReadOnlyList<V1OwnerReference>? owners)
    {
        if (owners is null)
        {
            return;
        }

        writer.WriteStartArray("ownerReferences"u8);
        foreach (var owner in owners)
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion"u8, owner.ApiVersion);
            writer.WriteString("kind"u8, owner.Kind);
            writer.WriteString("name"u8, owner.Name);
            writer.WriteString("uid"u8, owner.Uid);
            WriteFlag(writer, "controller"u8, owner.Controller);
            WriteFlag(writer, "blockOwnerDeletion"u8, owner.BlockOwnerDeletion);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The fields read so far.</summary>
    private struct Fields
    {
        private string? _name;
        private string? _generateName;
        private string? _namespace;
        private string? _uid;
        private string? _resourceVersion;
        private long? _generation;
        private DateTimeOffset? _creationTimestamp;
        private DateTimeOffset? _deletionTimestamp;
        private long? _deletionGracePeriodSeconds;
        private IReadOnlyDictionary<string, string>? _labels;
        private IReadOnlyDictionary<string, string>? _annotations;
        private IReadOnlyList<V1OwnerReference>? _ownerReferences;
        private IReadOnlyList<string>? _finalizers;

        /// <summary>Reads a field that almost every object has; false for any other.</summary>
        public bool Take(string key, ref Utf8JsonReader reader)
        {
            switch (key)
            {
                case "name": _name = MetadataReader.Text(ref reader, key); return true;
                case "namespace": _namespace = MetadataReader.SharedText(ref reader, key); return true;
                case "uid": _uid = MetadataReader.Text(ref reader, key); return true;
                case "resourceVersion": _resourceVersion = MetadataReader.Text(ref reader, key); return true;
                case "generation": _generation = MetadataReader.Number(ref reader, key); return true;
                case "creationTimestamp": _creationTimestamp = MetadataReader.Time(ref reader, key); return true;
                case "labels": _labels = MetadataReader.Texts(ref reader, key); return true;
                case "annotations": _annotations = MetadataReader.Texts(ref reader, key); return true;
                default: return false;
            }
        }

        public bool TakeRare(string key, ref Utf8JsonReader reader)
        {
            switch (key)
            {
                case "generateName": _generateName = MetadataReader.SharedText(ref reader, key); return true;
                case "deletionTimestamp": _deletionTimestamp = MetadataReader.Time(ref reader, key); return true;
                case "deletionGracePeriodSeconds": _deletionGracePeriodSeconds = MetadataReader.Number(ref reader, key); return true;
                case "ownerReferences": _ownerReferences = MetadataReader.Owners(ref reader, key); return true;
                case "finalizers": _finalizers = MetadataReader.List(ref reader, key); return true;
                default: return false;
            }
        }

        public readonly V1ObjectMeta ToMetadata() => new()
        {
            Name = _name,
            GenerateName = _generateName,
            NamespaceProperty = _namespace,
            Uid = _uid,
            ResourceVersion = _resourceVersion,
            Generation = _generation,
            CreationTimestamp = _creationTimestamp,
            DeletionTimestamp = _deletionTimestamp,
            DeletionGracePeriodSeconds = _deletionGracePeriodSeconds,
            Labels = _labels,
            Annotations = _annotations,
            OwnerReferences = _ownerReferences,
            Finalizers = _finalizers,
        };
    }
}
