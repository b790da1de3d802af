using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// An enumeration backed by its text, so that a value that a newer peer wrote is read, kept and written back.
/// </summary>
/// <typeparam name="TSelf">The enumeration itself.</typeparam>
public interface IOpenEnumeration<TSelf>
    where TSelf : struct, IOpenEnumeration<TSelf>
{
    /// <summary>The text in JSON.</summary>
    string Value { get; }

    /// <summary>The value with that text, known or not.</summary>
    static abstract TSelf FromText(string text);
}

/// <summary>Reads and writes an <see cref="IOpenEnumeration{TSelf}"/> as its text.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class OpenEnumConverter<T> : JsonConverter<T>
    where T : struct, IOpenEnumeration<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.FromText(PooledStringConverter.Text(ref reader) ?? "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.FromText(PooledStringConverter.Text(ref reader) ?? "");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
