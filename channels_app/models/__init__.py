"""Tables of service accounts and channels."""

from channels_app.models.channels import Channel, ChannelKind, Icon, Sighting
from channels_app.models.service_accounts import ServiceAccount, ServingGroup

__all__ = ["Channel", "ChannelKind", "Icon", "ServiceAccount", "ServingGroup", "Sighting"]
