using System.Text.Json;
using ChainBridge.Engine.Notifications;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>How a notification is written.</summary>
public sealed class NotificationJsonTests
{
    [Fact]
    public void Every_value_of_an_enum_in_a_notification_is_a_word_and_no_number()
    {
        var enums = Types(typeof(Notification)).Where(type => type.IsEnum).ToList();
        enums.Should().HaveCountGreaterThan(3);
        enums.SelectMany(type => Enum.GetValues(type).Cast<object>()
            .Select(value => JsonSerializer.Serialize(value, NotificationJson.Default.Options.GetTypeInfo(type))))
            .Should().OnlyContain(text => text.StartsWith('"'));
    }

    private static HashSet<Type> Types(Type root)
    {
        var (seen, open) = (new HashSet<Type>(), new Queue<Type>([root]));
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type)) continue;
            foreach (var part in type.GetGenericArguments()) open.Enqueue(part);
            if (type.Assembly == root.Assembly && !type.IsEnum)
                foreach (var property in type.GetProperties()) open.Enqueue(property.PropertyType);
        }

        return seen;
    }
}
